import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { signed, startIngress } from '../support/ingress.ts';
import { assertTellsNothing, exchange } from './exchange.ts';

const note = '{"id":"n1"}';
const proof = Object.entries(signed(note))
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');
const host = 'host: x\r\n';
const last = 'connection: close\r\n';
const line = 'POST /webhooks/acme HTTP/1.1\r\n';
const length = `content-length: ${note.length}\r\n`;
const smuggled = `${line}${host}${proof}${length}${last}\r\n${note}`;
const chunk = `${note.length.toString(16)}\r\n${note}\r\n0\r\n\r\n`;
const malformed = [400, 'REQUEST_INCOMPLETE'] as const;
const taken = [202, undefined] as const;

type Expected = readonly [status: number, code: string | undefined];

/** Each is one request; where a proxy before this server read two, the second must not be taken for one here either. */
const requests: readonly (readonly [title: string, expected: Expected, text: string])[] = [
  ['a plain request', taken, `${line}${host}${proof}${length}${last}\r\n${note}`],
  ['chunks', taken, `${line}${host}${proof}transfer-encoding: chunked\r\n${last}\r\n${chunk}`],
  [
    'length and chunks',
    malformed,
    `${line}${host}${proof}${length}transfer-encoding: chunked\r\n\r\n${chunk}${smuggled}`,
  ],
  [
    'chunks and length',
    malformed,
    `${line}${host}${proof}transfer-encoding: chunked\r\n${length}\r\n${chunk}${smuggled}`,
  ],
  ['two lengths', malformed, `${line}${host}${proof}${length}content-length: 0\r\n\r\n${note}${smuggled}`],
  ['the same length twice', malformed, `${line}${host}${proof}${length}${length}${last}\r\n${note}`],
  ['a negative length', malformed, `${line}${host}${proof}content-length: -1\r\n\r\n${note}`],
  ['a length with a sign', malformed, `${line}${host}${proof}content-length: +11\r\n\r\n${note}`],
  ['a hexadecimal length', malformed, `${line}${host}${proof}content-length: 0xb\r\n\r\n${note}`],
  [
    'a length beyond 2^64',
    malformed,
    `${line}${host}${proof}content-length: 99999999999999999999999\r\n\r\n${note}`,
  ],
  ['a list of lengths', malformed, `${line}${host}${proof}content-length: 11, 11\r\n\r\n${note}`],
  [
    'an unknown transfer encoding',
    malformed,
    `${line}${host}${proof}transfer-encoding: xchunked\r\n\r\n${chunk}`,
  ],
  [
    'chunked that is not the last',
    malformed,
    `${line}${host}${proof}transfer-encoding: chunked, gzip\r\n\r\n${chunk}`,
  ],
  [
    'a chunk of a negative size',
    malformed,
    `${line}${host}${proof}transfer-encoding: chunked\r\n\r\n-1\r\n${note}`,
  ],
  [
    'a chunk of an endless size',
    malformed,
    `${line}${host}${proof}transfer-encoding: chunked\r\n\r\n${'f'.repeat(40)}\r\n`,
  ],
  [
    'a chunk that is longer than it says',
    malformed,
    `${line}${host}${proof}transfer-encoding: chunked\r\n\r\n2\r\n${note}\r\n0\r\n\r\n`,
  ],
  ['a space before the colon', malformed, `${line}${host}${proof}content-length : 11\r\n\r\n${note}`],
  ['a header that is folded', malformed, `${line}${host}${proof}x-a: b\r\n\tc\r\n${length}\r\n${note}`],
  ['a bare CR in a header', malformed, `${line}${host}${proof}x-a: b\rx: y\r\n${length}\r\n${note}`],
  ['a NUL in a header', malformed, `${line}${host}${proof}x-a: b\0c\r\n${length}\r\n${note}`],
  ['a header without a name', malformed, `${line}${host}${proof}: b\r\n${length}\r\n${note}`],
  ['no host', malformed, `${line}${proof}${length}\r\n${note}`],
  ['HTTP/2 in clear', malformed, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['HTTP/9.9', malformed, `POST /webhooks/acme HTTP/9.9\r\n${host}\r\n`],
  ['a TLS hello', malformed, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(80, '\0')],
  ['a method nobody knows', malformed, `EVIL /webhooks/acme HTTP/1.1\r\n${host}\r\n`],
  ['a space in the target', malformed, `POST /webhooks/ac me HTTP/1.1\r\n${host}\r\n`],
  ['CONNECT', [405, 'METHOD_NOT_ALLOWED'], `CONNECT acme.example:443 HTTP/1.1\r\n${host}\r\n`],
  [
    'an upgrade',
    taken,
    `${line}${host}${proof}${length}connection: upgrade, close\r\nupgrade: websocket\r\n\r\n${note}`,
  ],
  ['an expectation', taken, `${line}${host}${proof}${length}expect: 200-ok\r\n${last}\r\n${note}`],
  ['HTTP/1.0', taken, `POST /webhooks/acme HTTP/1.0\r\n${proof}${length}\r\n${note}`],
  ['nothing at all', [408, 'REQUEST_TIMEOUT'], ''],
];

suite('request smuggling and what is no HTTP', { timeout: 120_000 }, () => {
  for (const [title, expected, text] of requests) {
    test(`hostile › ${title}: ${expected[0] || 'no answer'}, once, and nothing is smuggled`, async (t) => {
      const ingress = await startIngress(t, { listen: { requestTimeoutMs: 3000 } });
      const answer = await exchange(ingress.port, { raw: [text] });
      assert.deepEqual([answer.status, answer.code], expected, answer.text);
      assert.equal(answer.count, 1);
      assertTellsNothing(answer, title);
      assert.equal(ingress.accepted.length, expected === taken ? 1 : 0);
      const honest = await exchange(ingress.port, {
        target: '/webhooks/acme',
        headers: signed(note, 'after'),
        body: note,
      });
      assert.equal(honest.status, 202);
    });
  }
});

const targets: readonly (readonly [target: string, method: string, expected: Expected])[] = [
  ['http://evil.example/webhooks/acme', 'POST', taken],
  ['https://evil.example:99/webhooks/acme?a=b', 'POST', taken],
  ['/webhooks/%61cme', 'POST', taken],
  ['/webhooks/acme/', 'POST', taken],
  ['//webhooks/acme', 'POST', [404, 'ROUTE_UNKNOWN']],
  ['/webhooks//acme', 'POST', [404, 'ROUTE_UNKNOWN']],
  ['/webhooks/acme%2finteractions', 'POST', [404, 'PROVIDER_UNKNOWN']],
  ['/webhooks/acme%00', 'POST', [404, 'PROVIDER_UNKNOWN']],
  ['/webhooks/acme%0d%0aset-cookie:%20x', 'POST', [404, 'PROVIDER_UNKNOWN']],
  ['/webhooks/..%2f..%2fgraph', 'POST', [404, 'PROVIDER_UNKNOWN']],
  ['/webhooks/%c0%ae', 'POST', [400, 'PARAMETER_INVALID']],
  ['/webhooks/toString', 'POST', [404, 'PROVIDER_UNKNOWN']],
  ['/webhooks/<script>alert(1)</script>', 'POST', [404, 'PROVIDER_UNKNOWN']],
  [`/webhooks/${'x'.repeat(20_000)}`, 'POST', [404, 'PROVIDER_UNKNOWN']],
  [`/${'a/'.repeat(12_000)}`, 'GET', [404, 'ROUTE_UNKNOWN']],
  [`/?${'a[b]=c&'.repeat(3000)}`, 'GET', [200, undefined]],
  ['/?__proto__[x]=1&constructor=2', 'GET', [200, undefined]],
  ['/webhooks/acme', 'HEAD', [405, undefined]],
  ['/webhooks/acme', 'OPTIONS', [405, 'METHOD_NOT_ALLOWED']],
  ['/webhooks/acme', 'TRACE', [405, 'METHOD_NOT_ALLOWED']],
  ['/webhooks/acme', 'PROPFIND', [405, 'METHOD_NOT_ALLOWED']],
  ['/', 'HEAD', [200, undefined]],
  ['/', 'TRACE', [404, 'ROUTE_UNKNOWN']],
  ['*', 'OPTIONS', [404, 'ROUTE_UNKNOWN']],
];

suite('addresses and methods', { timeout: 120_000 }, () => {
  for (const [target, method, expected] of targets) {
    test(`hostile › ${method} ${target.slice(0, 60)}: ${expected[0]}`, async (t) => {
      const ingress = await startIngress(t);
      const isPost = method === 'POST';
      const answer = await exchange(ingress.port, {
        ...{ method, target },
        ...(isPost ? { headers: signed(note), body: note } : {}),
      });
      assert.deepEqual([answer.status, answer.code], expected, answer.text);
      assertTellsNothing(answer, target);
      assert.doesNotMatch(answer.text, /script>/);
      assert.equal(answer.headers['set-cookie'], undefined);
      assert.equal(ingress.accepted.length, expected === taken ? 1 : 0);
    });
  }
});
