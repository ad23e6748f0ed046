import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

const load = { senders: 20, pauseMs: 50 };

suite('a Temporal elsewhere, over a network that is slow and breaks', () => {
  for (const mode of ['always', 'overflow', 'off'] as const) {
    test(`inbox ${mode}: every acknowledged delivery has its effect exactly once`, async (t) => {
      const temporal = await startTestTemporal();
      t.after(async () => await temporal.stop());
      const proxy = await startTcpProxy(temporal.address);
      t.after(async () => await proxy[Symbol.asyncDispose]());
      const settings = `temporal: { address: "${proxy.address}" }\ninbox: { mode: ${mode} }`;
      const program = await Program.startFor(t, { settings });
      const ledger = new Ledger();
      const sending = ledger.sendAll(await issueDeliveries('slow', 210), program, load);
      await until(() => ledger.acknowledged.size >= 40);
      proxy.delayMs = 150;
      await until(() => ledger.acknowledged.size >= 100);
      for (let round = 0; round < 5; round += 1) {
        await until(() => proxy.cut() > 0); // it connects again in its own time
        await sleep(300);
      }
      proxy.isRefusing = true;
      proxy.cut();
      if (mode === 'off') await until(() => (ledger.answers.get(503) ?? 0) > 0);
      else await until(() => ledger.acknowledged.size >= 190);
      proxy.isRefusing = false;
      proxy.delayMs = 0;
      await sending;
      assert.equal(ledger.answers.has(503), mode === 'off', 'only without an inbox senders are told to wait');
      await assertExactlyOnce(ledger, program, temporal.address);
    });
  }
});
