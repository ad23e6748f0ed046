import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertExactlyOnce, settle } from '../support/exactly-once.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

const load = { senders: 20, pauseMs: 100 };

suite('killed -9 under load, every acknowledged delivery has its effect exactly once', () => {
  test('six times whatever it is doing, and once when all is done', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const sending = ledger.sendAll(await issueDeliveries('killed', 300), program, load);
    for (let round = 1; round <= 6; round += 1) {
      await until(() => ledger.acknowledged.size >= round * 40);
      await program.kill();
      await program.start();
    }
    await sending;
    assert.equal(ledger.acknowledged.size, 300);
    await settle(ledger, program);
    await program.kill(); // all is done, and all is submitted again
    await program.start();
    await assertExactlyOnce(ledger, program);
  });
});
