import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync } from 'node:crypto';
import { suite, test } from 'node:test';
import custom from '../../src/providers/custom/index.ts';
import type { Settings } from '../../src/providers/custom/settings.ts';
import type { RawRequest } from '../../src/signature.ts';
import { rawRequest } from '../support/requests.ts';

const receivedAt = new Date('2026-11-24T12:00:00.000Z');
const seconds = String(receivedAt.getTime() / 1000);

function settingsOf(given: Record<string, unknown>): Settings {
  return custom.settings.parse({ webhook_secret: 'the-secret', ...given });
}

function forge(settings: Settings, body: string, given: Partial<RawRequest> = {}): RawRequest {
  const headers = custom.sign(
    { body: Buffer.from(body), deliveryId: 'delivery-1', eventType: 'event', sentAt: receivedAt },
    settings,
  );
  return rawRequest({ body, receivedAt, ...given, headers: { ...headers, ...given.headers } });
}

function refuses(request: RawRequest, settings: Settings, reason: string): void {
  assert.throws(() => custom.verify(request, settings), { code: 'SIGNATURE_INVALID', reason });
}

suite('custom › published vectors', () => {
  test('Standard Webhooks v1', () => {
    const settings = settingsOf({
      preset: 'standard-webhooks',
      webhook_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    });
    const request = rawRequest({
      body: '{"test": 2432232314}',
      receivedAt: new Date(1614265330_000),
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      },
    });
    custom.verify(request, settings);
    refuses({ ...request, body: Buffer.from('{"test": 2432232315}') }, settings, 'signature-mismatch');
  });

  test('Standard Webhooks v1a, by the public key, which is never taken for an HMAC key', () => {
    const settings = settingsOf({
      preset: 'standard-webhooks',
      webhook_secret: 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
    });
    const signature =
      'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==';
    const request = rawRequest({
      body: '{"test": 2432232314}',
      receivedAt: new Date(1614265330_000),
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': signature,
      },
    });
    custom.verify(request, settings);
    const forged = custom.sign(
      { body: request.body, deliveryId: 'msg_1', eventType: 'event', sentAt: request.receivedAt },
      settingsOf({
        preset: 'standard-webhooks',
        webhook_secret: '1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=',
      }),
    );
    refuses({ ...request, headers: forged }, settings, 'signature-mismatch');
  });

  test('Svix, with its own names of headers', () => {
    const settings = settingsOf({ preset: 'svix', webhook_secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl' });
    custom.verify(
      rawRequest({
        body: '{"event_type":"ping","data":{"success":true}}',
        receivedAt: new Date(1731705121_000),
        headers: {
          'svix-id': 'msg_loFOjxBNrRLzqYUf',
          'svix-timestamp': '1731705121',
          'svix-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
        },
      }),
      settings,
    );
  });

  test('Twilio, a form with the query in its address', () => {
    const settings = settingsOf({
      preset: 'twilio',
      webhook_secret: '12345',
      public_url: 'https://mycompany.com/myapp.php',
    });
    const fields = {
      Digits: '1234',
      To: '+18005551212',
      From: '+12349013030',
      Caller: '+12349013030',
      CallSid: 'CA1234567890ABCDE',
    };
    const request = rawRequest({
      body: new URLSearchParams(fields).toString(),
      contentType: 'application/x-www-form-urlencoded',
      query: '?foo=1&bar=2',
      headers: { 'x-twilio-signature': '0/KCTR6DLpKmkAf8muzZqo1nDgQ=' },
    });
    custom.verify(request, settings);
    refuses({ ...request, query: '?foo=1&bar=3' }, settings, 'signature-mismatch');
  });
});

suite('custom › key-value signature headers', () => {
  const settings = settingsOf({ preset: 'stripe', webhook_secret: ['new', 'old'] });
  const body = '{"id":"evt_1","type":"charge.succeeded","created":1764000000}';

  test('any of several signatures may match, other keys are ignored', () => {
    const request = forge(settings, body);
    const header = request.headers['stripe-signature'] ?? '';
    const v1 = header.split('v1=')[1] ?? '';
    const repeated = `t=${seconds},v1=${'0'.repeat(64)},v1=${v1},v0=${'1'.repeat(64)}`;
    custom.verify({ ...request, headers: { 'stripe-signature': repeated } }, settings);
  });

  test('the old secret verifies while it is configured', () => {
    custom.verify(forge(settingsOf({ preset: 'stripe', webhook_secret: 'old' }), body), settings);
    refuses(
      forge(settingsOf({ preset: 'stripe', webhook_secret: 'other' }), body),
      settings,
      'signature-mismatch',
    );
  });

  for (const [name, header, reason] of [
    ['no signature under its key', `t=${seconds},v0=${'0'.repeat(64)}`, 'header-malformed'],
    ['two timestamps', `t=1,t=2,v1=${'0'.repeat(64)}`, 'header-malformed'],
    ['no pairs', 'garbage', 'header-malformed'],
    ['a short signature', `t=${seconds},v1=abc`, 'header-malformed'],
    ['an upper-case signature', `t=${seconds},v1=${'A'.repeat(64)}`, 'header-malformed'],
    ['no timestamp', `v1=${'0'.repeat(64)}`, 'timestamp-missing'],
    ['eleven signatures', `t=${seconds}${`,v1=${'0'.repeat(64)}`.repeat(11)}`, 'header-malformed'],
  ] as const) {
    test(`refuses ${name}`, () => {
      refuses(rawRequest({ body, receivedAt, headers: { 'stripe-signature': header } }), settings, reason);
    });
  }

  for (const [name, at, reason] of [
    ['too old', receivedAt.getTime() + 301_000, 'timestamp-outside-tolerance'],
    ['from the future', receivedAt.getTime() - 301_000, 'timestamp-outside-tolerance'],
  ] as const) {
    test(`refuses a timestamp that is ${name}`, () => {
      refuses({ ...forge(settings, body), receivedAt: new Date(at) }, settings, reason);
    });
  }
});

suite('custom › timestamps', () => {
  const cases = [
    ['milliseconds in a header', { from: '{header:x-at}', unit: 'milliseconds' }, '{timestamp}:{body}', '{}'],
    ['ISO 8601 in a header', { from: '{header:x-at}', unit: 'iso8601' }, '{timestamp}{body}', '{}'],
    [
      'milliseconds in the body',
      { from: '{body:at}', unit: 'milliseconds' },
      '{body}',
      `{"at":${receivedAt.getTime()}}`,
    ],
  ] as const;
  for (const [name, timestamp, signed, body] of cases) {
    test(name, () => {
      const settings = settingsOf({ signature: { scheme: 'hmac', header: 'x-sig', signed, timestamp } });
      const request = forge(settings, body);
      custom.verify(request, settings);
      const late = new Date(receivedAt.getTime() + 400_000);
      refuses({ ...request, receivedAt: late }, settings, 'timestamp-outside-tolerance');
    });
  }

  for (const text of ['NaN', '-5', '1e20', 'Infinity', ' 1764000000', '0x10', '99999999999999999999']) {
    test(`a timestamp of ${text} is malformed even where its signature holds`, () => {
      const settings = settingsOf({
        signature: {
          scheme: 'hmac',
          header: 'x-sig',
          signed: '{header:x-at}.{body}',
          timestamp: { from: '{header:x-at}' },
        },
      });
      const signature = createHmac('sha256', 'the-secret').update(`${text}.{}`).digest('hex');
      refuses(
        rawRequest({ body: '{}', headers: { 'x-at': text, 'x-sig': signature } }),
        settings,
        'timestamp-malformed',
      );
    });
  }
});

suite('custom › schemes', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const publicHex = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
  const privateHex = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('hex');
  const schemes: Record<string, Record<string, unknown>> = {
    'hmac sha1 in base64': {
      signature: { scheme: 'hmac', header: 'x-sig', algorithm: 'sha1', encoding: 'base64' },
    },
    'hmac sha512 with a prefix': {
      signature: { scheme: 'hmac', header: 'x-sig', algorithm: 'sha512', prefix: 'sha512=' },
    },
    'hmac with a base64 secret': {
      webhook_secret: 'c2VjcmV0',
      signature: { scheme: 'hmac', header: 'x-sig', secret_encoding: 'base64' },
    },
    ed25519: {
      webhook_secret: publicHex,
      private_key: privateHex,
      signature: {
        scheme: 'ed25519',
        header: 'x-sig',
        signed: '{timestamp}{body}',
        timestamp: { from: '{header:x-at}' },
      },
    },
    'a token': { signature: { scheme: 'token', header: 'authorization', prefix: 'Bearer ' } },
    'standard webhooks': {
      preset: 'standard-webhooks',
      webhook_secret: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    },
  };
  for (const [name, given] of Object.entries(schemes)) {
    const settings = settingsOf(given);
    test(`${name}: an honest request verifies`, () => {
      custom.verify(forge(settings, '{"a":1}'), settings);
    });
    test(`${name}: no header, an empty and a repeated one are refused`, () => {
      const request = forge(settings, '{"a":1}');
      const header = Object.keys(request.headers).at(-1) ?? '';
      refuses({ ...request, headers: {} }, settings, 'header-missing');
      refuses({ ...request, headers: { ...request.headers, [header]: '' } }, settings, 'header-missing');
      refuses({ ...request, repeatedHeaders: new Set([header]) }, settings, 'header-repeated');
    });
    if (name === 'a token') continue; // nothing ties a token to a body
    test(`${name}: one byte changed is refused`, () => {
      refuses(
        { ...forge(settings, '{"a":1}'), body: Buffer.from('{"a":2}') },
        settings,
        'signature-mismatch',
      );
    });
  }
});

suite('custom › keys of bytes', () => {
  const unsound = [
    ['hex', 'the-secret'],
    ['hex', '0x00ff00ff'],
    ['hex', 'abc'],
    ['base64', '***'],
    ['base64', 'abcde'],
  ] as const;
  for (const [encoding, secret] of unsound)
    test(`${secret} is no ${encoding}: what Node makes of it anybody could sign with`, () => {
      const signature = { scheme: 'hmac', header: 'x-sig', secret_encoding: encoding };
      assert.throws(() => settingsOf({ webhook_secret: secret, signature }), /must be bytes written in/);
    });
  for (const [encoding, secret] of [
    ['hex', '00FFab'],
    ['base64', 'c2VjcmV0'],
    ['base64', 'c2VjcmV0cw=='],
    ['base64', 'c2VjcmV0cw'],
  ] as const)
    test(`${secret} is ${encoding}`, () => {
      const signature = { scheme: 'hmac', header: 'x-sig', secret_encoding: encoding };
      settingsOf({ webhook_secret: secret, signature });
    });
});
