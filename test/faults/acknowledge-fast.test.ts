import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { startThrottledTemporal, type ThrottledTemporal } from '../support/throttled-temporal.ts';
import { until } from '../support/until.ts';

interface World {
  readonly temporal: TestTemporal;
  readonly throttled: ThrottledTemporal;
  readonly program: Program;
}

async function start(t: TestContext, startsPerSecond: number, inbox: string): Promise<World> {
  const temporal = await startTestTemporal();
  t.after(async () => await temporal.stop());
  const throttled = await startThrottledTemporal(temporal.address, startsPerSecond);
  t.after(async () => await throttled[Symbol.asyncDispose]());
  const settings = `temporal: { address: "${throttled.address}" }\ninbox: ${inbox}`;
  return { temporal, throttled, program: await Program.startFor(t, { settings }) };
}

suite('acknowledge fast', () => {
  for (const mode of ['always', 'overflow'] as const) {
    test(`inbox ${mode}: 500 senders at once do not wait for a Temporal that manages 50 starts a second`, async (t) => {
      const { temporal, throttled, program } = await start(t, 50, `{ mode: ${mode} }`);
      const ledger = new Ledger();
      await ledger.sendFromElsewhere({ name: 'fast', count: 600 }, program, { senders: 500 });
      const started = throttled.starts;
      t.diagnostic(`answers: p50 ${ledger.percentile(0.5)} ms, p99 ${ledger.percentile(0.99)} ms`);
      t.diagnostic(`Temporal had taken ${started} of 600 when the last sender had its answer`);
      assert.equal(ledger.acknowledged.size, 600);
      assert.deepEqual([...ledger.answers.keys()].sort(), [200, 202], 'none was refused');
      assert.ok(started < 300, `Temporal had taken ${started} of 600`);
      throttled.startsPerSecond = 1000;
      await assertExactlyOnce(ledger, program, temporal.address);
    });
  }

  test('a full inbox refuses with 503 and loses nothing, and takes deliveries again when there is room', async (t) => {
    const { temporal, throttled, program } = await start(t, 0, '{ max_bytes: 1048576, keep_minutes: 0 }');
    const ledger = new Ledger();
    const sending = ledger.sendAll(await issueDeliveries('full', 320), program, { senders: 100 });
    await until(() => (ledger.answers.get(503) ?? 0) > 0);
    const taken = ledger.acknowledged.size;
    assert.ok(taken > 100 && taken < 257, `${taken} entries of a page are at most 1 MiB`);
    throttled.startsPerSecond = 200;
    await sending;
    assert.equal(ledger.acknowledged.size, 320);
    await assertExactlyOnce(ledger, program, temporal.address);
  });
});
