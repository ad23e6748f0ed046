import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** A process by its id and the moment it began: an id alone is given to another process one day. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly startedAt: string;
}

/** When a process began, as a text that only serves to be compared; undefined where there is no such process. */
export async function processStart(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isZombie = fields[0] === 'Z';
    return isZombie ? undefined : fields[19]; // field 22 of the whole line: ticks since boot
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform === 'linux') return undefined;
    return await startByPs(pid);
  }
}

/** Systems without /proc. */
async function startByPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined; // ps ends with 1 where there is no such process
  }
}

export async function isRunning({ pid, startedAt }: ProcessIdentity): Promise<boolean> {
  return (await processStart(pid)) === startedAt;
}

/**
 * Whatever ends this process, short of a kill -9, ends the other one too.
 *
 * @returns a function that lets it live on
 */
export function endAtExit(identity: ProcessIdentity): () => void {
  const end = (): void => send(identity, 'SIGTERM');
  process.once('exit', end);
  return () => void process.off('exit', end);
}

/** SIGTERM, and SIGKILL for what has not ended within the grace. Only the very process that is meant is touched. */
export async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<void> {
  if (!(await isRunning(identity))) return;
  send(identity, 'SIGTERM');
  if (await endsWithin(identity, graceMs)) return;
  send(identity, 'SIGKILL');
  await endsWithin(identity, graceMs);
}

function send({ pid }: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has just ended
  }
}

async function endsWithin(identity: ProcessIdentity, ms: number): Promise<boolean> {
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) {
    if (!(await isRunning(identity))) return true;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return false;
}
