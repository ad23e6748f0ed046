import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import type { DeadlyPoint } from '../support/faults.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { issueTeller, shuffled } from '../support/test-deliveries.ts';

const load = { senders: 20, pauseMs: 100 };

suite('killed -9 at a certain point, every acknowledged delivery has its effect exactly once', () => {
  const places: [DeadlyPoint, string][] = [
    ['inbox:durable', 'between the write to the inbox and the answer'],
    ['inbox:forwarding', 'while the inbox forwards'],
    ['inbox:forwarded', 'after Temporal has a delivery and before the inbox knows'],
    ['graph:midway', 'in the middle of a transaction of the graph'],
    ['graph:committed', 'after a commit of the graph and before its answer'],
  ];
  for (const [point, where] of places) {
    test(`${where}, twice`, async (t) => {
      const program = await Program.startFor(t, { withFaults: true });
      const ledger = new Ledger();
      let isOver = false;
      const deliveries = shuffled(await issueTeller('point'), () => !isOver);
      const sending = ledger.sendAll(deliveries, program, load);
      for (const time of [1, 6]) {
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
