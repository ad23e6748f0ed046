import { parseArgs } from 'node:util';
import { flood } from './flood.ts';
import { manySenders } from './many-senders.ts';
import { brokenNetwork } from './network.ts';
import { isBad, type PartGiven, type Row, tableOf } from './row.ts';
import { steady } from './steady.ts';
import { storm } from './storm.ts';

const help = `npm run soak -- [options]     the long form of the kill matrix

  --deliveries <n>   of the steady part (50000); the storm has a fifth of it, the broken network, the 500
                     senders and the floods a tenth or less each
  --minutes <n>      how long at most it goes on sending, all parts together (60)
  --part <name>      only storm, network, senders, flood or steady
  --seed <n>         of the choice of faults; each run prints its own

Prints a table, and ends with 1 where something was lost, doubled or wrong, memory grew, or answers were late.`;

interface Part {
  readonly run: (given: PartGiven) => Promise<Row>;
  /** Of the deliveries, and of the time. */
  readonly share: number;
  readonly timeShare: number;
}

const parts: Readonly<Record<string, Part>> = {
  storm: { run: storm, share: 0.2, timeShare: 0.4 },
  network: { run: brokenNetwork, share: 0.1, timeShare: 0.1 },
  senders: { run: manySenders, share: 0.1, timeShare: 0.1 },
  flood: { run: flood, share: 0.08, timeShare: 0.1 },
  steady: { run: steady, share: 1, timeShare: 0.3 },
};

const { values } = parseArgs({
  options: {
    deliveries: { type: 'string', default: '50000' },
    minutes: { type: 'string', default: '60' },
    part: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(`${help}\n`);
else process.exitCode = await soak();

async function soak(): Promise<number> {
  const [deliveries, minutes, seed] = [values.deliveries, values.minutes, values.seed].map(Number) as [
    number,
    number,
    number,
  ];
  const names = values.part === undefined ? Object.keys(parts) : [values.part];
  const chosen = names.map((name) => [name, parts[name]] as const);
  if (![deliveries, minutes, seed].every((n) => n > 0) || chosen.some(([, part]) => part === undefined)) {
    process.stderr.write(`${help}\n`);
    return 2;
  }
  process.stderr.write(`seed ${seed}\n`);
  const rows: Row[] = [];
  for (const [name, part] of chosen) {
    if (part === undefined) continue;
    const share = values.part === undefined ? part.timeShare : 1;
    rows.push(
      await part.run({
        deliveries: Math.ceil(deliveries * part.share),
        deadline: Date.now() + minutes * 60_000 * share,
        random: randomFrom(seed),
        tell: (line) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${name}: ${line}\n`),
      }),
    );
  }
  process.stdout.write(`${tableOf(rows)}\n`);
  for (const { part, lost, doubled, wrong } of rows) {
    const found = { lost, doubled, wrong };
    for (const [what, keys] of Object.entries(found)) {
      for (const key of keys.slice(0, 20)) process.stdout.write(`${part}: ${what} ${key}\n`);
    }
  }
  return rows.some(isBad) ? 1 : 0;
}

/** Mulberry32: the same seed gives the same faults. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
