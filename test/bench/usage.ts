import { readFile } from 'node:fs/promises';

/** What the kernel counted of a process. */
export interface Usage {
  readonly cpuMs: number;
  readonly writtenBytes: number;
  /** The most memory that it ever held. */
  readonly peakBytes: number;
}

/** USER_HZ, which is 100 on every Linux that Node runs on. */
const msPerTick = 10;

export async function usageOf(pid: number): Promise<Usage> {
  const [stat, status, io] = await Promise.all(
    ['stat', 'status', 'io'].map(async (file) => await readFile(`/proc/${pid}/${file}`, 'utf8')),
  );
  const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
  return {
    cpuMs: (Number(fields[11]) + Number(fields[12])) * msPerTick,
    writtenBytes: numberAfter(io, 'write_bytes:'),
    peakBytes: numberAfter(status, 'VmHWM:') * 1024,
  };
}

/**
 * The same of a process and its children together, such as PostgreSQL's. What they hold they share, so the memory of all
 * is no sum: it is not told.
 */
export async function usageOfFamily(pid: number): Promise<Usage> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const pids = [pid, ...children.split(' ').filter((text) => text !== '')].map(Number);
  const usages = await Promise.all(pids.map(usageOf));
  const sum = (figure: 'cpuMs' | 'writtenBytes'): number =>
    usages.reduce((all, usage) => all + usage[figure], 0);
  return { cpuMs: sum('cpuMs'), writtenBytes: sum('writtenBytes'), peakBytes: NaN };
}

export function usedBetween(before: Usage, after: Usage): Usage {
  return {
    cpuMs: after.cpuMs - before.cpuMs,
    writtenBytes: after.writtenBytes - before.writtenBytes,
    peakBytes: after.peakBytes,
  };
}

function numberAfter(text: string | undefined, label: string): number {
  return Number(new RegExp(`${label}\\s*(\\d+)`).exec(text ?? '')?.[1] ?? NaN);
}
