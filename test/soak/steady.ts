import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueTeller, shuffled } from '../support/test-deliveries.ts';
import { Backlog } from './backlog.ts';
import { type PartGiven, type Row, rowOf } from './row.ts';
import { UnderWay } from './under-way.ts';

const sampleMs = 15_000;
/**
 * What may stay in memory of each delivery: the ids of the last 50,000 are remembered, and each of the last ones has an
 * entry while the inbox has it.
 */
const mostBytes = 2048;

interface Sample {
  readonly deliveries: number;
  readonly heap: number;
  readonly rss: number;
}

/** Load without faults: what each delivery leaves in memory shows after tens of thousands of them. */
export async function steady({ deliveries, deadline, tell }: PartGiven): Promise<Row> {
  const program = await Program.start({
    withFaults: true,
    nodeOptions: ['--expose-gc'],
    settings: 'inbox: { keep_minutes: 0 }',
  });
  const backlog = new Backlog(program);
  try {
    const ledger = new Ledger();
    const load = shuffled(await issueTeller('steady'), (n) => n < deliveries && Date.now() < deadline);
    const sending = new UnderWay(
      ledger.sendAll(load, program, { senders: 20, isHeld: () => backlog.isDeep }),
    );
    const samples: Sample[] = [];
    while (!sending.isOver) {
      await sending.endsWithin(sampleMs);
      const sample = await measure(program, ledger);
      samples.push(sample);
      tell(`${sample.deliveries} of ${deliveries}; heap ${mib(sample.heap)}, resident ${mib(sample.rss)}`);
    }
    await sending.ended;
    const row = await rowOf({ part: 'steady', ledger, program, faults: 0 });
    return { ...row, ...growth(samples) };
  } finally {
    backlog.stop();
    await program.remove();
  }
}

async function measure(program: Program, { acknowledged }: Ledger): Promise<Sample> {
  const answer = program.answer();
  program.wish({ measure: true });
  const { heapUsed, external, rss } = (await answer) as NodeJS.MemoryUsage;
  return { deliveries: acknowledged.size, heap: heapUsed + external, rss };
}

/** The slope of the line through the later half: before, caches fill and code is compiled. */
function growth(samples: readonly Sample[]): Pick<Row, 'note' | 'isBad'> {
  const later = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [later[0], later.at(-1)];
  if (first === undefined || last === undefined || later.length < 3)
    return { note: 'too short to see memory grow' };
  const slope = slopeOf(later);
  return {
    note: `heap ${mib(first.heap)} → ${mib(last.heap)}, ${Math.round(slope)} bytes a delivery; resident ${mib(first.rss)} → ${mib(last.rss)}`,
    isBad: slope > mostBytes,
  };
}

function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [x, y] = [mean(({ deliveries }) => deliveries), mean(({ heap }) => heap)];
  const covariance = mean(({ deliveries, heap }) => (deliveries - x) * (heap - y));
  return covariance / mean(({ deliveries }) => (deliveries - x) ** 2);
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
