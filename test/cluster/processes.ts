import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';

const graceMs = 20_000;
const tailLines = 20;
const lineChars = 400;

/** A child whose output goes to a file, and which does not outlive this process. */
export interface Process {
  readonly name: string;
  readonly child: ChildProcess;
  readonly logFile: string;
}

export interface Command {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly options?: SpawnOptions;
}

export async function startProcess({ name, command, args, logFile, options }: Command): Promise<Process> {
  const log = await open(logFile, 'a');
  try {
    const child = spawn(command, args, { ...options, stdio: ['ignore', log.fd, log.fd] });
    await once(child, 'spawn');
    const end = (): void => void child.kill('SIGKILL');
    process.once('exit', end);
    child.once('exit', () => process.off('exit', end));
    return { name, child, logFile };
  } finally {
    await log.close();
  }
}

export function hasEnded({ child }: Process): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** The signal, and SIGKILL for what has not ended within the grace. @returns what it ended with */
export async function stopProcess(
  process_: Process,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | NodeJS.Signals> {
  const { child } = process_;
  if (!hasEnded(process_)) {
    const exited = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  }
  return child.exitCode ?? child.signalCode ?? 0;
}

/** Asks until it is so; a process that ends meanwhile is told with the end of its log. */
export async function waitFor<T>(process_: Process, ask: () => Promise<T>, deadlineMs = 120_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (hasEnded(process_)) throw await endedEarly(process_, error);
      if (Date.now() > deadline) throw await endedEarly(process_, error);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function endedEarly({ name, child, logFile }: Process, cause: unknown): Promise<Error> {
  const text = await readFile(logFile, 'utf8').catch(() => '');
  const state = child.exitCode === null ? 'is not ready' : `ended with ${child.exitCode}`;
  const lines = text.trimEnd().split('\n').slice(-tailLines);
  const tail = lines.map((line) => line.slice(0, lineChars)).join('\n');
  return new Error(`${name} ${state}; the end of its log:\n${tail}`, { cause });
}
