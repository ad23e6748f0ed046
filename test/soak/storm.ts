import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import {
  issueTeller,
  poison,
  shuffled,
  swollen,
  type Teller,
  type TestDelivery,
} from '../support/test-deliveries.ts';
import { Backlog } from './backlog.ts';
import { stormFaults } from './faults-of-storm.ts';
import { type PartGiven, type Row, rowOf } from './row.ts';
import { UnderWay } from './under-way.ts';

const largeBytes = 9_900_000;
const betweenMs = 4000;

/** Faults of every kind, one after another, under load. */
export async function storm({ deliveries, deadline, random, tell }: PartGiven): Promise<Row> {
  const program = await Program.start({ withFaults: true });
  const backlog = new Backlog(program);
  try {
    const ledger = new Ledger();
    const teller = mixed(await issueTeller('storm'));
    const load = shuffled(teller, (n) => n < deliveries && Date.now() < deadline);
    const sending = new UnderWay(
      ledger.sendAll(load, program, { senders: 20, isHeld: () => backlog.isDeep }),
    );
    let faults = 0;
    while (!(await sending.endsWithin(random() * betweenMs))) {
      const fault = stormFaults[Math.floor(random() * stormFaults.length)];
      if (fault === undefined) continue;
      const [name, inject] = fault;
      tell(`${ledger.acknowledged.size} of ${deliveries} acknowledged; fault ${faults + 1}: ${name}`);
      await inject(program, random);
      faults += 1;
    }
    await sending.ended;
    tell('all are sent; waiting until all are processed');
    return await rowOf({ part: 'storm', ledger, program, faults });
  } finally {
    backlog.stop();
    await program.remove();
  }
}

/** One of a hundred cannot be read, one of a thousand is as large as may be. */
function mixed(tell: Teller): (n: number) => TestDelivery {
  return (n) => {
    if (n % 100 === 50) return poison('storm', n);
    return n % 1000 === 500 ? swollen(tell(n), largeBytes) : tell(n);
  };
}
