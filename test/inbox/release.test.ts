import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import type { WorkflowExecutionInfo } from '@temporalio/client';
import type { Inbox, ForwardingOptions } from '../../src/ingress/inbox/inbox.ts';
import { nameOfState } from '../../src/temporal/states.ts';
import { AgeAlarm } from '../../src/ingress/inbox/age-alarm.ts';
import { eventually } from '../support/eventually.ts';
import { idsOf, openInbox, readableLog, submissionOf, TakingTemporal } from '../support/inbox.ts';

type Status = WorkflowExecutionInfo['status']['name'];

const timing = { intervalMs: 20, unknownMs: 60_000, crowdedKeepMs: 60_000 };

/** What Temporal has: the runs of each workflow, the oldest first. */
class Runs {
  /** Those that visibility does not show yet. */
  readonly unseen = new Set<string>();
  readonly askedByItself: string[] = [];
  readonly byId = new Map<string, Status[]>();
  readonly asked: string[] = [];

  readonly runsOf: ForwardingOptions['runsOf'] = async (ids) => {
    this.asked.push(...ids);
    return ids.flatMap((workflowId) =>
      (this.unseen.has(workflowId) ? [] : (this.byId.get(workflowId) ?? [])).map(
        (name, index) =>
          ({ workflowId, status: { name }, startTime: new Date(index) }) as WorkflowExecutionInfo,
      ),
    );
  };

  readonly stateOf: ForwardingOptions['stateOf'] = async (workflowId) => {
    this.askedByItself.push(workflowId);
    const status = this.byId.get(workflowId)?.at(-1);
    return status === undefined ? undefined : nameOfState(status);
  };
}

async function forwarding(t: TestContext, given: Partial<ForwardingOptions> & { maxBytes?: number } = {}) {
  const { maxBytes, ...options } = given;
  const { lines, log } = readableLog();
  const inbox = await openInbox(t, { log, ...(maxBytes === undefined ? {} : { maxBytes }) });
  const runs = new Runs();
  const temporal = new TakingTemporal();
  const { runsOf, stateOf } = runs;
  inbox.startForwarding({ submit: temporal.submit, runsOf, stateOf, keepMinutes: 0, timing, ...options });
  return { inbox, runs, temporal, lines };
}

/** Added, submitted, and asked for since at least once more than now. */
async function addAndWait(inbox: Inbox, runs: Runs, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => inbox.add(submissionOf(id))));
  for (const id of ids) {
    await eventually(async () => assert.ok(runs.asked.includes(`acme:${id}`)));
  }
}

suite('inbox › letting go', () => {
  test('whatever way a workflow has closed, its delivery goes; one that runs stays', async (t) => {
    const { inbox, runs } = await forwarding(t);
    const ways: Status[] = ['COMPLETED', 'FAILED', 'TIMED_OUT', 'TERMINATED', 'CANCELLED'];
    for (const way of ways) runs.byId.set(`acme:${way}`, [way]);
    runs.byId.set('acme:runs', ['RUNNING']);
    runs.byId.set('acme:reset', ['FAILED', 'RUNNING']);
    await addAndWait(inbox, runs, [...ways, 'runs', 'reset']);
    await eventually(async () => assert.equal(inbox.status().entries, 2));
    assert.equal(inbox.find('acme', 'FAILED')?.state, 'failed', 'what is gone is known for a while');
    assert.equal(inbox.find('acme', 'runs')?.state, undefined);

    runs.byId.set('acme:runs', ['COMPLETED']);
    runs.byId.set('acme:reset', ['FAILED', 'COMPLETED']);
    await eventually(async () => assert.deepEqual([inbox.status().entries, inbox.status().bytes], [0, 0]));
    assert.equal(inbox.find('acme', 'reset')?.state, 'completed');
  });

  test('it stays for the keep time after the close', async (t) => {
    const { inbox, runs } = await forwarding(t, { keepMinutes: 10 });
    for (const id of idsOf(3)) runs.byId.set(`acme:${id}`, ['COMPLETED']);
    await addAndWait(inbox, runs, idsOf(3));
    await eventually(async () => assert.equal(inbox.find('acme', 'd-0')?.state, 'completed'));
    const asked = runs.asked.length;
    runs.byId.set('acme:next', ['RUNNING']);
    await addAndWait(inbox, runs, ['next']); // and by now the closed ones were looked through again
    assert.equal(inbox.status().entries, 4);
    assert.equal(
      runs.asked.slice(asked).includes('acme:d-0'),
      false,
      'what has closed is not asked for again',
    );
  });

  test('where it is crowded, a shorter keep time is enough: closed ones go before senders are refused', async (t) => {
    const maxBytes = 1024 * 1024;
    const crowded = { ...timing, crowdedKeepMs: 0 };
    const { inbox, runs } = await forwarding(t, { keepMinutes: 10, maxBytes, timing: crowded });
    const half = idsOf(128);
    for (const id of half) runs.byId.set(`acme:${id}`, ['COMPLETED']);
    await addAndWait(inbox, runs, half);
    assert.equal(inbox.status().entries, 128);
    const more = idsOf(80, 'more');
    for (const id of more) runs.byId.set(`acme:${id}`, ['RUNNING']);
    await addAndWait(inbox, runs, more);
    await eventually(async () => assert.equal(inbox.status().entries, 80));
    assert.equal(inbox.isFull, false);
  });

  test('a workflow that Temporal lost is submitted again', async (t) => {
    const { inbox, runs, temporal, lines } = await forwarding(t, { timing: { ...timing, unknownMs: 50 } });
    await addAndWait(inbox, runs, ['lost']);
    await eventually(async () => assert.ok(temporal.taken.length >= 2));
    assert.ok(lines.some(({ msg }) => msg === 'Temporal has lost a delivery; it is submitted again'));
    runs.byId.set('acme:lost', ['COMPLETED']);
    await eventually(async () => assert.equal(inbox.status().entries, 0));
    assert.equal(inbox.status().depth, 0);
  });

  test('what visibility does not show is not lost for that: it is asked for by itself', async (t) => {
    const { inbox, runs, temporal, lines } = await forwarding(t, { timing: { ...timing, unknownMs: 50 } });
    runs.byId.set('acme:done', ['FAILED', 'COMPLETED']);
    runs.byId.set('acme:runs', ['RUNNING']);
    for (const workflowId of runs.byId.keys()) runs.unseen.add(workflowId);
    await addAndWait(inbox, runs, ['done', 'runs', 'lost']);
    await eventually(async () => assert.ok(temporal.taken.length >= 4));
    await eventually(async () => assert.equal(inbox.find('acme', 'done')?.state, 'completed'));
    await eventually(async () =>
      assert.ok(runs.askedByItself.filter((id) => id === 'acme:runs').length >= 2),
    );
    assert.deepEqual(
      temporal.taken.filter((id) => id !== 'lost'),
      ['done', 'runs'],
      'only what Temporal does not have is submitted again',
    );
    assert.deepEqual(
      new Set(lines.filter(({ msg }) => msg.includes('has lost')).map(({ workflow_id: id }) => id)),
      new Set(['acme:lost']),
    );
    assert.equal(inbox.find('acme', 'runs')?.state, undefined);
  });

  test('of what visibility does not show so many are asked for at a time, until all are', async (t) => {
    const ids = idsOf(600);
    const perLook: string[][] = [];
    let [underway, most] = [0, 0];
    const { inbox, temporal } = await forwarding(t, {
      timing: { ...timing, unknownMs: 0 },
      runsOf: async () => {
        if (perLook.at(-1)?.length !== 0) perLook.push([]);
        return [];
      },
      stateOf: async (workflowId) => {
        underway += 1;
        most = Math.max(most, underway);
        perLook.at(-1)?.push(workflowId);
        await new Promise((resolve) => setImmediate(resolve));
        underway -= 1;
        return 'completed';
      },
    });
    await Promise.all(ids.map(async (id) => await inbox.add(submissionOf(id))));
    await eventually(async () => assert.equal(inbox.status().entries, 0));
    assert.equal(temporal.taken.length, 600, 'none is submitted again');
    assert.deepEqual(perLook.flat().sort(), ids.map((id) => `acme:${id}`).sort(), 'each is asked for once');
    assert.ok(most > 1 && most <= 5, `${most} at once`);
    assert.ok(
      perLook.every(({ length }) => length <= 250),
      perLook.map(({ length }) => length).join(),
    );
  });

  test('a Temporal that does not answer has lost nothing, and is asked again', async (t) => {
    let asked = 0;
    const stateOf = async (): Promise<never> => {
      asked += 1;
      throw new Error('away');
    };
    const { inbox, temporal } = await forwarding(t, { stateOf, timing: { ...timing, unknownMs: 0 } });
    await inbox.add(submissionOf('d'));
    await eventually(async () => assert.ok(asked >= 3));
    assert.deepEqual([temporal.taken, inbox.status().entries], [['d'], 1]);
  });

  test('visibility that does not answer lets nothing go, and is asked again', async (t) => {
    let asked = 0;
    const runsOf = async (): Promise<never> => {
      asked += 1;
      throw new Error('away');
    };
    const { inbox } = await forwarding(t, { runsOf, timing: { ...timing, unknownMs: 0 } });
    await inbox.add(submissionOf('d'));
    await eventually(async () => assert.ok(asked >= 3));
    assert.equal(inbox.status().entries, 1);
  });
});

suite('inbox › the alarm of age', () => {
  test('tells of what waits for a minute, not again at each check, and when it is over', () => {
    const { lines, log } = readableLog();
    let oldest: number | null = 59;
    const status = { depth: 7, resubmitting: 0, entries: 7, bytes: 1, max_bytes: 2 };
    const alarm = new AgeAlarm(() => ({ ...status, oldest_age_seconds: oldest }), log);
    alarm.check();
    assert.equal(lines.length, 0);
    oldest = 61;
    for (let check = 0; check < 7; check += 1) alarm.check();
    assert.deepEqual(
      lines.map(({ msg, level, depth }) => [msg, level, depth]),
      Array.from({ length: 2 }, () => ['deliveries wait in the inbox for long', 50, 7]),
    );
    oldest = null;
    alarm.check();
    assert.equal(lines.at(-1)?.msg, 'deliveries of the inbox no longer wait for long');
  });
});
