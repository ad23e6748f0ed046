import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { SignatureInvalidError } from '../../src/errors.ts';
import { Rejections } from '../../src/ingress/rejections.ts';
import { inFolder } from '../support/folder.ts';
import { post, signed, startIngress } from '../support/ingress.ts';
import { silent } from '../support/temporal.ts';

const error = new SignatureInvalidError('signature-mismatch');

test('ingress › what was refused is kept with its reason, its headers and the start of its body', async (t) => {
  const ingress = await startIngress(t);
  const body = '{"id":"n1","text":"Hello"}';
  const headers = { ...signed('other'), 'user-agent': 'acme/1', authorization: 'Bearer credential' };
  await post(ingress, body, { headers });
  const [kept, ...others] = ingress.rejections.list({ limit: 10 });
  assert.deepEqual(others, []);
  assert.ok(kept);
  assert.deepEqual(
    [kept.provider, kept.status, kept.code, kept.reason, kept.body_bytes, kept.body_start],
    ['acme', 401, 'SIGNATURE_INVALID', 'signature-mismatch', body.length, body],
  );
  assert.equal(kept.headers['user-agent'], 'acme/1');
  assert.equal(kept.headers['x-acme-signature'], '(64 characters)');
  assert.equal(kept.headers['authorization'], '(17 characters)');
  assert.ok(Math.abs(Date.parse(kept.at) - Date.now()) < 60_000);
});

test('ingress › what was taken is no rejection, and a post to nobody is one of unknown', async (t) => {
  const ingress = await startIngress(t);
  await post(ingress, '{"id":"n1"}');
  await post(ingress, '{"id":"n1"}', { path: '/webhooks/nobody' });
  const kept = ingress.rejections.list({ limit: 10 });
  assert.deepEqual(
    kept.map(({ provider, code, body_start }) => [provider, code, body_start]),
    [['unknown', 'PROVIDER_UNKNOWN', undefined]],
  );
});

test('ingress › of a refused request the path is kept and no secret of its query', async (t) => {
  const ingress = await startIngress(t);
  await post(ingress, '{"id":"n1"}', { path: '/webhooks/acne/x?token=hush' });
  const [kept] = ingress.rejections.list({ limit: 1 });
  assert.deepEqual([kept?.provider, kept?.path], ['unknown', '/webhooks/acne/x?token']);
});

test('rejections › the file stays small whatever a flood sends', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'rejections.json');
    const rejections = await Rejections.open(path, silent);
    const headers = Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [`x-${i}`, 'x'.repeat(20)]));
    const address = `/webhooks/acme?${'x'.repeat(30_000)}`;
    for (let index = 0; index < 20_000; index += 1) {
      rejections.add({ provider: 'acme', error, address, headers, body: Buffer.alloc(10_000, 0x01) });
    }
    await rejections.close();
    const { size } = await stat(path);
    assert.ok(size < 100 * 8 * 1024, `${size} bytes`);
    const read = await Rejections.open(path, silent);
    assert.deepEqual(read.list({ limit: 1000 }), rejections.list({ limit: 1000 }));
  });
});

test('rejections › what is refused while they are being saved is saved too', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'rejections.json');
    const rejections = await Rejections.open(path, silent);
    rejections.add({ provider: 'acme', error, headers: {} });
    const closed = rejections.close();
    rejections.add({ provider: 'acme', error, headers: {} });
    await Promise.all([closed, rejections.close()]);
    assert.equal((await Rejections.open(path, silent)).list({ limit: 9 }).length, 2);
  });
});

test('rejections › a flood keeps the newest of its provider and leaves those of others', async () => {
  await inFolder(async (folder) => {
    const rejections = await Rejections.open(join(folder, 'rejections.json'), silent);
    rejections.add({ provider: 'quiet', error, headers: {} });
    for (let index = 0; index < 5000; index += 1) {
      rejections.add({ provider: 'loud', error, headers: { host: String(index) }, body: Buffer.alloc(9999) });
    }
    assert.equal(rejections.list({ provider: 'quiet', limit: 1000 }).length, 1);
    const loud = rejections.list({ provider: 'loud', limit: 1000 });
    assert.equal(loud.length, 100);
    assert.ok(loud.some(({ headers }) => headers['host'] === '4999'));
    assert.ok(loud.every(({ body_start = '' }) => body_start.length <= 500));
    await rejections.close();
  });
});

test('rejections › survive a restart, and a file that is damaged is begun anew', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'rejections.json');
    const first = await Rejections.open(path, silent);
    first.add({ provider: 'acme', error, headers: {} });
    await first.close();
    const second = await Rejections.open(path, silent);
    assert.deepEqual(second.list({ limit: 5 }), first.list({ limit: 5 }));
    await writeFile(path, (await readFile(path, 'utf8')).slice(0, 40));
    const third = await Rejections.open(path, silent);
    assert.deepEqual(third.list({ limit: 5 }), []);
  });
});

test('ingress › every answer has the headers of security and none that tells the framework', async (t) => {
  const ingress = await startIngress(t);
  for (const path of ['/', '/nowhere', '/webhooks/acme']) {
    const { headers } = await fetch(ingress.url + path);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'self'/);
    assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
    assert.equal(headers.get('x-powered-by'), null);
  }
});
