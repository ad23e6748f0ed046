import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, checksOf } from '../../src/providers/check.ts';
import type { Fixture, Provider } from '../../src/providers/provider.ts';
import { acme, settingsOf } from '../support/acme.ts';

const fixture: Fixture = {
  name: 'note',
  eventType: 'note',
  source: 'invented',
  receivedAt: '2026-03-02T10:15:31.000Z',
  payload: { id: 'n1', text: 'Hello' },
  expected: {
    mutations: [
      { op: 'upsert-node', node: { label: 'Note', key: 'acme:note:n1' }, properties: { text: 'Hello' } },
    ],
  },
};

async function failed(checks: readonly Check[]): Promise<string[]> {
  const names: string[] = [];
  for (const { name, run } of checks) {
    try {
      await run();
    } catch {
      names.push(name);
    }
  }
  return names;
}

test('conformance › a sound provider passes every check', async () => {
  assert.deepEqual(await failed(checksOf(acme, [fixture])), []);
});

const broken: readonly (readonly [string, Partial<Provider>, readonly string[]])[] = [
  [
    'verifies anything',
    { verify: () => undefined },
    [
      'note is refused with another secret',
      'note is refused without its signature',
      'note is refused with one byte changed',
    ],
  ],
  [
    'signs otherwise than it verifies',
    { sign: (outgoing) => acme.sign(outgoing, settingsOf('other')) },
    ['note verifies as signed by us'],
  ],
  [
    'identifies by chance',
    { identify: () => ({ kind: 'delivery', id: String(Math.random()), eventType: 'note' }) },
    ['note is identified, twice the same'],
  ],
  [
    'changes what it reads',
    {
      normalize: (input) => {
        const result = acme.normalize(input);
        (input.delivery.payload as { text: string }).text = 'Changed';
        return result;
      },
    },
    ['note gives exactly its mutations, twice, within the model'],
  ],
  [
    'writes what its model has not',
    { model: { nodes: { Note: {} }, edges: {} } },
    ['note gives exactly its mutations, twice, within the model'],
  ],
  [
    'names an event that has no fixture',
    { events: ['note', 'other'] },
    ['every documented event has a fixture'],
  ],
];

for (const [fault, change, expected] of broken) {
  test(`conformance › a provider that ${fault} fails`, async () => {
    assert.deepEqual(await failed(checksOf({ ...acme, ...change }, [fixture])), expected);
  });
}
