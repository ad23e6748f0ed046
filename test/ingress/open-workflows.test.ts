import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OpenWorkflows } from '../../src/ingress/inbox/open-workflows.ts';

/** Opens until it may not, and says how many those were. */
function fill(open: OpenWorkflows, provider: string): number {
  let count = 0;
  while (count < 1000 && open.mayOpen(provider)) open.opened(provider, `${provider}:${count++}`);
  return count;
}

test('open workflows › without word of any effect nothing is held back', () => {
  assert.equal(fill(new OpenWorkflows(), 'loud'), 1000);
});

test('open workflows › one provider alone has many, beside another few, and an effect lets the next go', () => {
  const open = new OpenWorkflows();
  open.applied('loud', 'loud:before');
  assert.equal(fill(open, 'loud'), 64);
  assert.equal(fill(open, 'quiet'), 16, 'the flood of another takes nothing away');
  assert.equal(open.mayOpen('loud'), false);
  for (let index = 0; index < 48; index += 1) open.applied('loud', `loud:${index}`);
  assert.equal(open.mayOpen('loud'), false, 'it is no longer alone');
  open.applied('loud', 'loud:48');
  assert.equal(open.mayOpen('loud'), true);
  open.closed('quiet', 'quiet:0');
  assert.equal(open.mayOpen('quiet'), true);
});

test('open workflows › what has no effect for long holds up nothing', (t) => {
  let now = 1000;
  t.mock.method(performance, 'now', () => now);
  const open = new OpenWorkflows();
  open.applied('hanging', 'hanging:before');
  assert.equal(fill(open, 'hanging'), 64);
  now += 1999;
  assert.equal(open.mayOpen('hanging'), false);
  now += 2;
  assert.equal(open.mayOpen('hanging'), true);
});
