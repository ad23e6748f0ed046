import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import type { DeadlyPoint } from '../support/faults.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueDeliveries, issueTeller, shuffled } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

const load = { senders: 20, pauseMs: 100 };

suite('killed -9 under load, every acknowledged delivery has its effect exactly once', () => {
  test('six times, whatever it is doing', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const sending = ledger.sendAll(await issueDeliveries('killed', 480), program, load);
    for (let round = 1; round <= 6; round += 1) {
      await until(() => ledger.acknowledged.size >= round * 60);
      await program.kill();
      await program.start();
    }
    await sending;
    assert.equal(ledger.acknowledged.size, 480);
    await assertExactlyOnce(ledger, program);
  });

  const places: [DeadlyPoint, string][] = [
    ['inbox:durable', 'between the write to the inbox and the answer'],
    ['inbox:forwarding', 'while the inbox forwards'],
    ['inbox:forwarded', 'after Temporal has a delivery and before the inbox knows'],
    ['graph:midway', 'in the middle of a transaction of the graph'],
    ['graph:committed', 'after a commit of the graph and before its answer'],
  ];
  for (const [point, where] of places) {
    test(`${where}, three times`, async (t) => {
      const program = await Program.startFor(t, { withFaults: true });
      const ledger = new Ledger();
      let isOver = false;
      const deliveries = shuffled(await issueTeller('point'), () => !isOver);
      const sending = ledger.sendAll(deliveries, program, load);
      for (const time of [1, 4, 9]) {
        program.wish({ dieAt: point, time });
        assert.deepEqual(await program.ended(), [null, 'SIGKILL'], 'it died where it was told to');
        await program.start();
      }
      isOver = true;
      await sending;
      await assertExactlyOnce(ledger, program);
    });
  }
});
