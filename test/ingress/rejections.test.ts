import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
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

test('rejections › credentials in a body are hidden, in JSON and in forms', async () => {
  await inFolder(async (folder) => {
    const rejections = await Rejections.open(join(folder, 'rejections.json'), silent);
    for (const body of [
      '{"token":"abc-123","d":{"client_secret": "s3","access_token" : "x"},"text":"hi"}',
      'token=abc-123&team_id=T1&api_key=k9',
    ]) {
      rejections.add({ provider: 'acme', error, headers: {}, body: Buffer.from(body) });
    }
    const shown = rejections.list({ limit: 9 }).map(({ body_start }) => body_start);
    assert.equal(/abc-123|s3|"x"|k9/.test(shown.join(' ')), false, shown.join(' '));
    assert.match(shown.join(' '), /"text":"hi"/);
    assert.match(shown.join(' '), /team_id=T1/);
    await rejections.close();
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
