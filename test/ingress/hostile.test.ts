import assert from 'node:assert/strict';
import { test } from 'node:test';
import { post, signed, startIngress } from '../support/ingress.ts';

const limit = 32 * 1024 * 1024;
const manyKeys = `{"id":"n",${Array.from({ length: 1_000_000 }, (_, i) => `"k${i}":1`).join(',')}}`;

const bodies: readonly (readonly [title: string, body: string, status: number])[] = [
  ['arrays 100,000 deep', `{"id":"n","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 400],
  ['objects 100,000 deep', `${'{"x":'.repeat(100_000)}1${'}'.repeat(100_000)}`, 400],
  ['arrays 100,000 deep that do not end', '['.repeat(100_000), 400],
  ['a million keys', manyKeys, 202],
  [
    'a __proto__',
    '{"id":"n","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    202,
  ],
  ['lone surrogates', '{"id":"n","text":"\\ud800 \\udfff"}', 202],
  ['a NUL', '{"id":"n","text":"\\u0000"}', 202],
  ['a number of a million digits', `{"id":"n","x":${'9'.repeat(1_000_000)}}`, 202],
  ['a million quotes', `{"id":"n","x":"${'\\"'.repeat(1_000_000)}"}`, 202],
  ['a million backslashes', `{"id":"n","x":"${'\\\\'.repeat(1_000_000)}"}`, 202],
];

test('ingress › hostile bodies do not harm the server', { timeout: 60_000 }, async (t) => {
  const ingress = await startIngress(t, { maxBodyBytes: limit });
  for (const [title, body, status] of bodies) {
    await t.test(title, async () => {
      assert.equal((await post(ingress, body, { headers: signed(body, title) })).status, status);
      assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    });
  }
  assert.equal((await post(ingress, '{"id":"after"}')).status, 202);
});

test('ingress › takes a hundred at once, each once', async (t) => {
  const ingress = await startIngress(t);
  const posts = Array.from({ length: 100 }, async (_, i) => {
    const body = `{"id":"n${i}"}`;
    return (await post(ingress, body, { headers: signed(body, `d-${i}`) })).status;
  });
  assert.deepEqual(new Set(await Promise.all(posts)), new Set([202]));
  assert.equal(new Set(ingress.accepted.map(({ delivery }) => delivery.id)).size, 100);
});
