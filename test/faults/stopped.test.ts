import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { isRunning } from '../../src/lifecycle/process-identity.ts';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

suite('SIGTERM under load', () => {
  test('three times: it ends with 0, leaves nothing running, and loses nothing', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const sending = ledger.sendAll(await issueDeliveries('stopped', 210), program, {
      senders: 20,
      pauseMs: 20,
    });
    for (let round = 1; round <= 3; round += 1) {
      await until(() => ledger.acknowledged.size >= round * 50);
      const temporal = await program.temporal();
      assert.equal(await program.stop(), 0);
      assert.equal(await isRunning(temporal), false, 'its Temporal has ended too');
      await program.start();
    }
    await sending;
    assert.equal(ledger.acknowledged.size, 210);
    await assertExactlyOnce(ledger, program);
  });
});
