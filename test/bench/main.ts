import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { environment } from '../../src/config/environment.ts';
import { findTemporalBinary } from '../../src/temporal/dev-server/find-binary.ts';
import { Children } from './children.ts';
import { ours } from './contestants/ours.ts';
import { bullmq, ceiling, naive } from './contestants/others.ts';
import { measure } from './measure.ts';
const children = new Children();
const folder = await mkdtemp(join(tmpdir(), 'flowstate-bench-'));
const all = {
  always: ours('always', 1500),
  overflow: ours('overflow', 1500),
  off: ours('off', 1500),
  naive,
  bullmq,
  ceiling,
};
const names = (process.argv[2] ?? '').split(',');
process.on('SIGINT', () => void children.endAll().then(() => process.exit(130)));
const binary = await findTemporalBinary({ env: environment(), onProgress: console.error });
for (const [i, spec] of names.entries()) {
  const [name, steps] = spec.split(':');
  const c = all[name as keyof typeof all];
  const place = { folder: join(folder, String(i)), children, binary, nodeArgs: (process.argv[3] ?? '').split(' ').filter(Boolean) };
  await (await import('node:fs/promises')).mkdir(place.folder);
  await measure(c, place, {
    steps: (steps ?? '1/30/500/500')
      .split('/')
      .reduce<{ connections: number; count: number }[]>(
        (a, x, j, l) => (j % 2 === 0 ? [...a, { connections: Number(x), count: Number(l[j + 1]) }] : a),
        [],
      ),
    onStep: (s) =>
      console.log(
        s.contestant,
        `c=${s.connections} n=${s.count}`,
        `answers/s ${s.answersPerSecond.toFixed(0)} p50 ${s.p50.toFixed(0)} p99 ${s.p99.toFixed(0)} max ${s.max.toFixed(0)} late ${s.late} refused ${s.refused}`,
        `e2e/s ${s.eventsPerSecond.toFixed(1)} lost ${s.lost}`,
        Object.entries(s.used)
          .map(
            ([n, u]) =>
              `${n}: cpu/ev ${(u.cpuMs / s.count).toFixed(1)} rss ${(u.peakBytes / 1e6).toFixed(0)}MB wr/ev ${(u.writtenBytes / s.count / 1000).toFixed(0)}k`,
          )
          .join(' '),
      ),
  });
}
await children.endAll();
await rm(folder, { recursive: true, force: true });
