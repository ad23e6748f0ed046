import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

const load = { senders: 20, pauseMs: 50 };

async function depth(program: Program): Promise<number> {
  const { components } = await program.ask<{ components: { inbox: { depth: number } } }>('/health');
  return components.inbox.depth;
}

suite('without Temporal for a while, every acknowledged delivery has its effect exactly once', () => {
  test('the Temporal server is killed alone, three times, and comes back by itself', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const sending = ledger.sendAll(await issueDeliveries('alone', 210), program, load);
    for (let round = 1; round <= 3; round += 1) {
      await until(() => ledger.acknowledged.size >= round * 50);
      const { pid } = await program.temporal();
      await program.signalTemporal('SIGKILL');
      await eventually(async () => assert.notEqual((await program.temporal()).pid, pid), 60_000);
    }
    await sending;
    assert.equal(program.starts, 1);
    assert.equal(ledger.answers.get('none'), undefined, 'the program itself was there all the time');
    await assertExactlyOnce(ledger, program);
  });

  test('it is killed together with the program, three times', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const sending = ledger.sendAll(await issueDeliveries('both', 210), program, load);
    for (let round = 1; round <= 3; round += 1) {
      await until(() => ledger.acknowledged.size >= round * 50);
      await Promise.all([program.kill(), program.signalTemporal('SIGKILL')]);
      await program.start();
    }
    await sending;
    await assertExactlyOnce(ledger, program);
  });

  test('it hangs under load: everything is answered meanwhile, and runs when it goes on', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const deliveries = await issueDeliveries('hangs', 240);
    const half = deliveries.length / 2;
    const sending = ledger.sendAll(deliveries.slice(0, half), program, load);
    await until(() => ledger.acknowledged.size >= 60);
    await program.signalTemporal('SIGSTOP');
    await sending;
    await ledger.sendAll(deliveries.slice(half), program, load);
    assert.equal(ledger.acknowledged.size, 240, 'all are acknowledged while Temporal says nothing');
    assert.deepEqual([...ledger.answers.keys()].sort(), [200, 202], 'and none was refused');
    assert.ok((await depth(program)) > 60, 'the inbox has them');
    await program.signalTemporal('SIGCONT');
    await assertExactlyOnce(ledger, program);
  });
});
