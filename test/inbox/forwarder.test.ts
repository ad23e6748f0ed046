import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { DeliveryTooLargeError, TemporalUnavailableError } from '../../src/errors.ts';
import type { Accept } from '../../src/ingress/acceptance.ts';
import type { Inbox } from '../../src/ingress/inbox/inbox.ts';
import { eventually } from '../support/eventually.ts';
import {
  folderOf,
  gateOf,
  idsOf,
  lateEngine,
  openInbox,
  readableLog,
  submissionOf,
  TakingTemporal,
} from '../support/inbox.ts';

const keepMinutes = 10;
const runsOf = async (): Promise<never[]> => [];
const stateOf = async (): Promise<'running'> => 'running';

function forward(inbox: Inbox, { submit }: TakingTemporal): void {
  inbox.startForwarding({ submit, runsOf, stateOf, keepMinutes });
}

async function addAll(inbox: Inbox, ids: readonly string[]): Promise<void> {
  await Promise.all(ids.map((id) => inbox.add(submissionOf(id))));
}

/** As the client says it: an error with a gRPC code, wrapped as the acceptance wraps it. */
function unavailable(code: number): TemporalUnavailableError {
  const cause = Object.assign(new Error('as gRPC says it'), { code, details: '', metadata: {} });
  return new TemporalUnavailableError('Temporal did not take the delivery in time.', { cause });
}

async function taken(temporal: TakingTemporal, count: number): Promise<void> {
  await eventually(async () => assert.equal(temporal.taken.length, count));
}

suite('inbox › forwarding', () => {
  test('what waits is submitted in the order of its arrival, so many at once and not more', async (t) => {
    const inbox = await openInbox(t);
    const ids = idsOf(400);
    await addAll(inbox, ids);
    assert.equal(inbox.status().depth, 400);
    const temporal = new TakingTemporal();
    const begun: string[] = [];
    temporal.before = async (id) => {
      begun.push(id);
      await new Promise((resolve) => setImmediate(resolve));
    };
    forward(inbox, temporal);
    await taken(temporal, 400);
    assert.deepEqual(begun, ids);
    assert.ok(temporal.mostUnderway > 1 && temporal.mostUnderway <= 50, `${temporal.mostUnderway} at once`);
    assert.deepEqual([inbox.status().depth, inbox.status().oldest_age_seconds], [0, null]);
    assert.equal(inbox.status().entries, 400, 'they stay until their workflows have closed');
  });

  test('an outage changes nothing of the order; one at a time finds out whether it is over', async (t) => {
    const { lines, log } = readableLog();
    const inbox = await openInbox(t, { log });
    const temporal = new TakingTemporal();
    temporal.refuse = () => unavailable(14);
    const ids = idsOf(60);
    await addAll(inbox, ids);
    forward(inbox, temporal);
    await eventually(async () => assert.equal(inbox.isStalled, true));
    temporal.mostUnderway = 0;
    let attempts = 0;
    temporal.before = async () => void (attempts += 1);
    await eventually(async () => assert.ok(attempts >= 2));
    assert.equal(temporal.mostUnderway, 1);
    assert.equal(inbox.status().depth, 60);
    temporal.refuse = () => undefined;
    await taken(temporal, 60);
    assert.deepEqual(temporal.taken, ids);
    assert.equal(inbox.isStalled, false);
    const said = lines.map(({ msg }) => msg).filter((msg) => msg.startsWith('Temporal'));
    assert.deepEqual(said, [
      'Temporal does not take deliveries; the inbox keeps them',
      'Temporal takes deliveries again',
    ]);
  });

  for (const [what, refusal] of [
    ['too large', new DeliveryTooLargeError('more than Temporal stores')],
    ['an invalid argument', unavailable(3)],
    ['a failure of its own', unavailable(13)],
  ] as const) {
    test(`a delivery that is refused (${what}) is kept, told of, and does not hold up the others`, async (t) => {
      const { lines, log } = readableLog();
      const inbox = await openInbox(t, { log });
      const temporal = new TakingTemporal();
      temporal.refuse = (id) => (id === 'd-1' ? refusal : undefined);
      await addAll(inbox, idsOf(20));
      forward(inbox, temporal);
      await taken(temporal, 19);
      assert.equal(temporal.taken.includes('d-1'), false);
      assert.equal(inbox.status().depth, 1);
      assert.notEqual(inbox.status().oldest_age_seconds, null);
      const refused = lines.filter(({ workflow_id: id }) => id === 'acme:d-1').map(({ msg }) => msg);
      assert.deepEqual(refused, ['a delivery of the inbox cannot be submitted; it is kept and tried again']);
    });
  }

  test('of those without an effect only so many are under way; one that asks an API gives up its place', async (t) => {
    const inbox = await openInbox(t);
    const temporal = new TakingTemporal();
    forward(inbox, temporal);
    inbox.applied('acme', 'acme:before');
    await addAll(inbox, idsOf(300));
    await taken(temporal, 128);
    for (const id of temporal.taken.slice(0, 28)) inbox.asking('acme', `acme:${id}`);
    await taken(temporal, 156);
    assert.equal(inbox.status().depth, 144);
    for (const id of temporal.taken.slice(28, 156)) inbox.applied('acme', `acme:${id}`);
    await taken(temporal, 284);
  });

  test('while senders wait for the disk, little is forwarded', async (t) => {
    const { openEngine, flush } = lateEngine();
    const path = join(await folderOf(t), 'inbox.lmdb');
    const earlier = await openInbox(t, { path });
    await addAll(earlier, idsOf(200, 'old'));
    await earlier.close();
    const inbox = await openInbox(t, { path, openEngine });
    const adding = addAll(inbox, idsOf(50, 'new'));
    assert.equal(inbox.isBusy, true);
    const temporal = new TakingTemporal();
    const gate = gateOf();
    temporal.before = async () => await gate.opened;
    forward(inbox, temporal);
    await eventually(async () => assert.ok(temporal.underway > 0));
    assert.equal(temporal.mostUnderway, 2);
    flush();
    await adding;
    assert.equal(inbox.isBusy, false);
    await eventually(async () => assert.ok(temporal.underway > 2));
    gate.open();
    await taken(temporal, 250);
  });

  test('after a start, what Temporal had is submitted again beside what comes in, and not before it', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const earlier = await openInbox(t, { path });
    const before = new TakingTemporal();
    await addAll(earlier, idsOf(300, 'had'));
    forward(earlier, before);
    await taken(before, 300);
    before.refuse = () => unavailable(14);
    await addAll(earlier, idsOf(20, 'waits'));
    await earlier.close();

    const inbox = await openInbox(t, { path });
    assert.deepEqual(
      [inbox.status().depth, inbox.status().resubmitting, inbox.status().entries],
      [20, 300, 320],
    );
    await addAll(inbox, idsOf(20, 'new'));
    const temporal = new TakingTemporal();
    forward(inbox, temporal);
    await taken(temporal, 340);
    const inOrder = temporal.taken.filter((id) => !id.startsWith('had'));
    assert.deepEqual(inOrder, [...idsOf(20, 'waits'), ...idsOf(20, 'new')]);
    const last = temporal.taken.indexOf('new-19');
    assert.ok(last < 60, `the last new one was number ${last}`);
    assert.equal(new Set(temporal.taken).size, 340);
    assert.equal(inbox.status().resubmitting, 0);
  });

  test('a process that did not stop cleanly submits everything again', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const temporal = new TakingTemporal();
    const first = await openInbox(t, { path });
    await addAll(first, idsOf(30));
    forward(first, temporal);
    await taken(temporal, 30);
    const second = await openInbox(t, { path }); // the first is not closed: nothing was noted
    forward(second, temporal);
    await taken(temporal, 60);
    assert.deepEqual(new Set(temporal.taken.slice(30)), new Set(idsOf(30)));
  });

  test('a stop does not wait for a Temporal that hangs, and the next start submits it again', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const inbox = await openInbox(t, { path });
    const temporal = new TakingTemporal();
    temporal.before = async () => await new Promise(() => undefined);
    await addAll(inbox, ['hangs']);
    forward(inbox, temporal);
    await eventually(async () => assert.equal(temporal.underway, 1));
    await inbox.close();

    const next = await openInbox(t, { path });
    const well = new TakingTemporal();
    forward(next, well);
    await taken(well, 1);
  });

  test('what an earlier process had submitted goes on too when nobody tells of the effects of those before it', async (t) => {
    const path = join(await folderOf(t), 'inbox.lmdb');
    const ids = idsOf(140);
    const before = await openInbox(t, { path });
    const temporal = new TakingTemporal();
    forward(before, temporal);
    await addAll(before, ids);
    await taken(temporal, 140);
    await before.close();
    const after = await openInbox(t, { path });
    assert.equal(after.status().resubmitting, 140);
    const again = new TakingTemporal();
    forward(after, again);
    after.applied('acme', 'acme:earlier'); // from now on effects are waited for
    await taken(again, 140);
  });

  // Else two at a time are waited for, two seconds each.
  test(
    'a conflict leaves its place to the next, whose effect is told under its own id',
    { timeout: 8000 },
    async (t) => {
      const inbox = await openInbox(t);
      const temporal = new TakingTemporal();
      const submit: Accept = async (submission) => {
        const acceptance = await temporal.submit(submission);
        if (submission.delivery.provider === 'quiet') return acceptance;
        const workflowId = `${acceptance.workflowId}~12345678`;
        setTimeout(() => inbox.applied('acme', workflowId), 10);
        return { ...acceptance, workflowId };
      };
      inbox.startForwarding({ submit, runsOf, stateOf, keepMinutes });
      inbox.applied('acme', 'acme:earlier');
      const quiet = submissionOf('q');
      await inbox.add({ ...quiet, delivery: { ...quiet.delivery, provider: 'quiet' } });
      await addAll(inbox, idsOf(12));
      await taken(temporal, 13);
    },
  );
});
