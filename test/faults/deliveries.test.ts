import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { assertExactlyOnce } from '../support/exactly-once.ts';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import {
  issueDeliveries,
  issueTeller,
  poison,
  slackDeliveries,
  swollen,
  type TestDelivery,
} from '../support/test-deliveries.ts';
import { until } from '../support/until.ts';

suite('deliveries as senders send them', () => {
  test('one, 100 times at once, is accepted once and is a duplicate 99 times', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const delivery = (await issueTeller('hundred'))(0);
    await ledger.sendAll(Array<TestDelivery>(100).fill(delivery), program, { senders: 100 });
    assert.deepEqual([ledger.answers.get(202), ledger.answers.get(200)], [1, 99]);
    await assertExactlyOnce(ledger, program);
  });

  test('backwards, with every deletion before its creation, they give the same graph', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const tell = await issueTeller('backwards');
    const backwards = Array.from({ length: 90 }, (_, n) => tell(89 - n));
    await ledger.sendAll(backwards, program, { senders: 1 });
    await assertExactlyOnce(ledger, program);
  });

  test('poison between good ones ends as dead letters, which are counted and block nobody', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const good = await issueDeliveries('good', 60);
    const mixed = good.flatMap((one, n) => (n % 4 === 0 ? [poison('bad', n), one] : [one]));
    await ledger.sendAll(mixed, program, { senders: 10 });
    const poisoned = mixed.filter(({ fate }) => fate === 'dead-letter').length;
    await eventually(async () => {
      const { providers } = await program.ask<{ providers: { github: object } }>('/stats?window=1h');
      const { events_processed, events_failed } = providers.github as Record<string, number>;
      assert.deepEqual([events_processed, events_failed], [60, poisoned]);
    }, 90_000);
    await assertExactlyOnce(ledger, program);
  });

  test('of 9.9 MB, with a kill -9 in between, they are there whole', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const tell = await issueTeller('large');
    const large = Array.from({ length: 4 }, (_, n) => swollen(tell(n), 9_900_000));
    const sending = ledger.sendAll([...large, ...large], program, { senders: 4 });
    await until(() => ledger.acknowledged.size >= 2);
    await program.kill();
    await program.start();
    await sending;
    await assertExactlyOnce(ledger, program);
  });

  test('a flood of one sender and another one beside it: both exactly once', async (t) => {
    const program = await Program.startFor(t);
    const ledger = new Ledger();
    const flood = ledger.sendAll(await issueDeliveries('flood', 240), program, { senders: 100 });
    await ledger.sendAll(await slackDeliveries('beside', 60), program, { senders: 2, pauseMs: 50 });
    await flood;
    assert.equal(ledger.acknowledged.size, 300);
    await assertExactlyOnce(ledger, program);
  });
});
