import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import type { GraphFault } from '../support/faults.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

const load = { senders: 10, pauseMs: 50 };

suite('a graph that fails for a while', () => {
  const faults: [GraphFault, string][] = [
    ['refuses', 'refuses every transaction'],
    ['fails-midway', 'fails in the middle of every transaction'],
    ['loses-answers', 'commits and loses the answer'],
  ];
  for (const [fault, what] of faults) {
    test(`${what}: no dead letter, and every delivery has its effect exactly once`, async (t) => {
      const program = await Program.startFor(t, { withFaults: true });
      const ledger = new Ledger();
      const sending = ledger.sendAll(await issueDeliveries(fault, 240), program, load);
      await until(() => ledger.acknowledged.size >= 40);
      program.wish({ graph: fault });
      await until(() => ledger.acknowledged.size >= 160);
      const answer = program.answer();
      program.wish({ count: true });
      assert.ok(((await answer) as { failed: number }).failed > 0, 'transactions have failed');
      program.wish({ graph: 'none' });
      await sending;
      await assertExactlyOnce(ledger, program);
    });
  }
});
