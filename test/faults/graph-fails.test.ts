import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import type { GraphFault } from '../support/faults.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueDeliveries } from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

const load = { senders: 10, pauseMs: 50 };

async function failures(program: Program): Promise<number> {
  const answer = program.answer();
  program.wish({ count: true });
  return ((await answer) as { failed: number }).failed;
}

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
      const sending = ledger.sendAll(await issueDeliveries(fault, 150), program, load);
      await until(() => ledger.acknowledged.size >= 30);
      program.wish({ graph: fault });
      await until(() => ledger.acknowledged.size >= 100);
      await eventually(
        async () => assert.ok((await failures(program)) > 0, 'transactions have failed'),
        120_000,
      );
      program.wish({ graph: 'none' });
      await sending;
      await assertExactlyOnce(ledger, program);
    });
  }
});
