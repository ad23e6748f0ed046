import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TemporalUnavailableError } from '../../src/errors.ts';
import { RefusalLog } from '../../src/ingress/refusal-log.ts';
import { post, startIngress } from '../support/ingress.ts';

const note = '{"id":"n1","text":"Hello"}';

test('ingress › writes one line for each delivery, with what its provider notes of it', async (t) => {
  const identify = () => {
    const notes = { retry: '2', provider: 'notes hide nothing' };
    return { kind: 'delivery', id: 'd-1', eventType: 'note', notes } as const;
  };
  const ingress = await startIngress(t, { provider: { identify } });
  await post(ingress, note);
  assert.equal(ingress.lines.length, 1);
  const { time: _, level, ms, ...line } = ingress.lines[0] ?? {};
  assert.deepEqual([level, typeof ms], [30, 'number']);
  assert.deepEqual(line, {
    ...{ provider: 'acme', delivery_id: 'd-1', event: 'note', workflow_id: 'acme:d-1', status: 'accepted' },
    ...{ retry: '2', msg: 'delivery received' },
  });
});

test('ingress › logs refusals with their reason, ten a minute, and counts the rest', async (t) => {
  const ingress = await startIngress(t);
  for (let i = 0; i < 12; i += 1)
    await post(ingress, note, { headers: { 'content-type': 'application/json' } });
  const refused = ingress.lines.filter(({ msg }) => msg === 'delivery refused');
  assert.equal(refused.length, 10);
  const { provider, code, reason } = refused[0] ?? {};
  assert.deepEqual([provider, code, reason], ['acme', 'SIGNATURE_INVALID', 'header-missing']);
});

test('ingress › the refusals that were not logged are counted when the minute is over', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const lines: object[] = [];
  const log = { warn: (line: object) => lines.push(line) };
  const refusals = new RefusalLog(log as never);
  for (let i = 0; i < 15; i += 1) refusals.refused('acme', new TemporalUnavailableError('x'));
  assert.equal(lines.length, 10);
  t.mock.timers.tick(60_000);
  assert.deepEqual(lines.slice(10), [{ provider: 'acme', unlogged: 5 }]);
  refusals.refused('acme', new TemporalUnavailableError('x'));
  assert.equal(lines.length, 12, 'the next minute logs again');
});
