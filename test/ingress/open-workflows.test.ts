import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { OpenWorkflows } from '../../src/ingress/inbox/open-workflows.ts';

const cores = Math.max(2, availableParallelism());

/** Opens until it may not, and says how many those were. */
function fill(open: OpenWorkflows, provider: string): number {
  let count = 0;
  while (count < 1000 && open.mayOpen(provider)) open.opened(provider, `${provider}:${count++}`);
  return count;
}

test('open workflows › without word of any effect nothing is held back', () => {
  assert.equal(fill(new OpenWorkflows(), 'loud'), 1000);
});

test('open workflows › one provider alone has many, beside another that waits too few, and an effect lets the next go', () => {
  const open = new OpenWorkflows(() => 0);
  open.applied('loud', 'loud:before');
  assert.equal(fill(open, 'loud'), 128);
  assert.equal(fill(open, 'other'), Math.max(6, cores), 'the flood of another takes nothing away');
  assert.equal(open.mayOpen('loud'), false);
  const last = 128 - Math.max(6, cores);
  for (let index = 0; index < last; index += 1) open.applied('loud', `loud:${index}`);
  assert.equal(open.mayOpen('loud'), false, 'it is no longer alone');
  open.applied('loud', `loud:${last}`);
  assert.equal(open.mayOpen('loud'), true);
  open.closed('other', 'other:0');
  assert.equal(open.mayOpen('other'), true);
});

test('open workflows › beside one that has none waiting it has fewer still, as many as there are cores', () => {
  let now = 0;
  const open = new OpenWorkflows(() => now);
  open.applied('loud', 'loud:before');
  open.opened('quiet', 'quiet:0');
  assert.equal(fill(open, 'loud'), cores);
  assert.equal(open.mayOpen('quiet'), true);
  fill(open, 'quiet');
  assert.equal(fill(open, 'loud'), Math.max(6, cores), 'the other floods too');
  now += 1001;
  for (let index = 0; index < 128; index += 1) open.closed('loud', `loud:${index}`);
  assert.equal(fill(open, 'loud'), cores, 'and no longer');
  now += 10_000;
  for (let index = 0; index < cores; index += 1) open.closed('loud', `loud:${index}`);
  assert.equal(fill(open, 'loud'), 128, 'and posts nothing any more');
});

test('open workflows › what has no effect for long holds up nothing', () => {
  let now = 1000;
  const open = new OpenWorkflows(() => now);
  open.applied('hanging', 'hanging:before');
  assert.equal(fill(open, 'hanging'), 128);
  now += 1999;
  assert.equal(open.mayOpen('hanging'), false);
  now += 2;
  assert.equal(open.mayOpen('hanging'), true);
});

test('open workflows › where effects take long as a rule, no more are opened for that, but fewer', () => {
  let now = 1000;
  let next = 0;
  const open = new OpenWorkflows(() => now);
  const underway: string[] = [];
  /** Of a machine that works off ten a second, whatever it is given. */
  const work = (seconds: number): number => {
    let most = 0;
    for (const until = now + seconds * 1000; now < until; now += 100) {
      for (; open.mayOpen('loud'); next += 1) {
        open.opened('loud', `loud:${next}`);
        underway.push(`loud:${next}`);
      }
      most = Math.max(most, underway.length);
      open.applied('loud', underway.shift() ?? '');
    }
    return most;
  };
  open.applied('loud', 'loud:before');
  work(60);
  assert.ok(work(600) <= 32);
});

test('open workflows › when it is quick again, there may be many again', () => {
  let now = 1000;
  const open = new OpenWorkflows(() => now);
  open.applied('loud', 'loud:before');
  fill(open, 'loud');
  now += 3000;
  open.applied('loud', 'loud:0');
  for (let index = 1; index < 128; index += 1) open.closed('loud', `loud:${index}`);
  assert.equal(fill(open, 'loud'), 64);
  for (let index = 0; index < 10_000; index += 1) {
    open.opened('loud', 'quick');
    open.applied('loud', 'quick');
  }
  for (let index = 0; index < 64; index += 1) open.closed('loud', `loud:${index}`);
  assert.equal(fill(open, 'loud'), 128);
});
