import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Submission } from '../../src/ingress/acceptance.ts';
import type { HeldEntry } from '../../src/ingress/inbox/held.ts';
import { Inbox } from '../../src/ingress/inbox/inbox.ts';
import { Waiting } from '../../src/ingress/inbox/waiting.ts';
import { inFolder } from '../support/folder.ts';
import { submissionOf } from '../support/pipeline.ts';
import { silent } from '../support/temporal.ts';

function entry(provider: string, sequence: number): HeldEntry {
  const deliveryId = `${sequence}`;
  return {
    ...{ sequence, provider, deliveryId, key: `${provider}:${deliveryId}` },
    ...{ bodySha256: '', receivedAt: sequence },
  };
}

function takeAll(waiting: Waiting): string[] {
  const taken: string[] = [];
  for (;;) {
    const next = waiting.next(() => true);
    if (next === undefined) return taken;
    waiting.delete(next);
    taken.push(next.key);
  }
}

test('waiting › providers take turns, each in the order of its arrival', () => {
  const waiting = new Waiting();
  for (const sequence of [1, 2, 3, 4]) waiting.add(entry('loud', sequence));
  for (const sequence of [5, 6]) waiting.add(entry('quiet', sequence));
  waiting.add(entry('late', 7));
  assert.deepEqual(takeAll(waiting), [
    ...['loud:1', 'quiet:5', 'late:7'],
    ...['loud:2', 'quiet:6', 'loud:3', 'loud:4'],
  ]);
});

test('waiting › a provider that comes while another is served gets the next turn but one', () => {
  const waiting = new Waiting();
  for (let sequence = 1; sequence <= 10_000; sequence += 1) waiting.add(entry('loud', sequence));
  for (let turn = 0; turn < 100; turn += 1) waiting.delete(waiting.next(() => true) as HeldEntry);
  waiting.add(entry('quiet', 10_001));
  const turns = [waiting.next(() => true), waiting.next(() => true)].map((one) => one?.provider);
  assert.ok(turns.includes('quiet'), String(turns));
});

test('waiting › one that may not go yet is passed over, and its provider does not hold up others', () => {
  const waiting = new Waiting();
  for (const one of [entry('a', 1), entry('a', 2), entry('b', 3)]) waiting.add(one);
  const onlyAfter = (least: number) => waiting.next(({ sequence }) => sequence > least)?.key;
  assert.deepEqual([onlyAfter(1), onlyAfter(2), onlyAfter(3)], ['a:2', 'b:3', undefined]);
});

test('waiting › counts and knows the oldest of all, whatever is added twice or deleted twice', () => {
  const waiting = new Waiting();
  const [first, second, third] = [entry('a', 30), entry('b', 20), entry('b', 40)];
  for (const one of [first, second, third, third]) waiting.add(one);
  assert.deepEqual([waiting.size, waiting.oldest?.key], [3, 'b:20']);
  for (const one of [second, second]) waiting.delete(one);
  assert.deepEqual([waiting.size, waiting.oldest?.key], [2, 'a:30']);
  for (const one of [first, third]) waiting.delete(one);
  assert.deepEqual([waiting.size, waiting.oldest], [0, undefined]);
});

const idsUpTo = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index}`);

async function fill(path: string): Promise<void> {
  const inbox = await Inbox.open({ path, maxBytes: 1e9, log: silent });
  const add = async (provider: string, id: string): Promise<void> => {
    await inbox.add(submissionOf(provider, id, Buffer.from('{}')));
  };
  await Promise.all(idsUpTo(2000).map(async (id) => await add('loud', id)));
  await Promise.all(idsUpTo(20).map(async (id) => await add('quiet', id)));
  await inbox.close();
}

test('inbox › behind a flood of one provider another is submitted at once', { timeout: 60_000 }, async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'inbox.lmdb');
    await fill(path);
    const inbox = await Inbox.open({ path, maxBytes: 1e9, log: silent });
    const submitted: Submission['delivery'][] = [];
    const gate = new EventEmitter();
    const done = once(gate, 'all');
    inbox.startForwarding({
      submit: async ({ delivery }) => {
        submitted.push(delivery);
        await new Promise((resolve) => setImmediate(resolve));
        if (submitted.length === 2020) gate.emit('all');
        return { status: 'accepted', deliveryId: delivery.id, workflowId: delivery.id };
      },
      runsOf: async () => [],
      stateOf: async () => 'running',
      keepMinutes: 10,
    });
    await done;
    await inbox.close();
    const idsOf = (name: string) => submitted.flatMap(({ provider, id }) => (provider === name ? [id] : []));
    assert.equal(idsOf('loud').join(), idsUpTo(2000).join());
    assert.equal(idsOf('quiet').join(), idsUpTo(20).join());
    const last = submitted.findLastIndex(({ provider }) => provider === 'quiet');
    assert.ok(last < 60, `the last one of the quiet provider was submitted as number ${last}`);
  });
});
