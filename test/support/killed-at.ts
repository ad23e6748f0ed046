import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { assertExactlyOnce } from './exactly-once.ts';
import type { DeadlyPoint } from './faults.ts';
import { Ledger } from './ledger.ts';
import { Program } from './program.ts';
import { issueTeller, shuffled } from './test-deliveries.ts';

const load = { senders: 20, pauseMs: 100 };
/** The how many-th time that it comes there, after each start. */
const times = [1, 6];

/** Under load that goes on, the program kills itself at a point, twice; then every delivery is there exactly once. */
export async function killedAt(t: TestContext, point: DeadlyPoint): Promise<void> {
  const program = await Program.startFor(t, { withFaults: true });
  const ledger = new Ledger();
  let isOver = false;
  const deliveries = shuffled(await issueTeller('point'), () => !isOver);
  const sending = ledger.sendAll(deliveries, program, load);
  for (const time of times) {
    program.wish({ dieAt: point, time });
    assert.deepEqual(await program.ended(), [null, 'SIGKILL'], 'it died where it was told to');
    await program.start();
  }
  isOver = true;
  await sending;
  await assertExactlyOnce(ledger, program);
}
