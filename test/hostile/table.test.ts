import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { startIngress, type Ingress } from '../support/ingress.ts';
import { type Answer, assertTellsNothing, exchange, type HeaderList } from './exchange.ts';
import { loadSenders, type Sender } from './senders.ts';

const marker = 'hostile-marker';
const bomb = Buffer.alloc(30 * 1024 * 1024, ' ');
const deep = (open: string, close: string): string =>
  `{"${marker}":${open.repeat(50_000)}1${close.repeat(50_000)}}`;

type Headers = Record<string, string>;

interface Row {
  readonly title: string;
  /** What is signed; an honest body unless given. */
  readonly body?: Uint8Array | string;
  /** What is sent, where it is not what was signed. */
  readonly sent?: (signed: Uint8Array) => Uint8Array;
  readonly headers?: (honest: Headers) => HeaderList | Headers;
  readonly sentAt?: Date;
  /** Of senders that it applies to. */
  readonly where?: (honest: Headers) => boolean;
  readonly expected: readonly [status: number | 'refused', code: string];
}

const proofs = /signature(?!-timestamp)|^x-token$/;
const times = /timestamp$/;
const isTimed = (honest: Headers): boolean => Object.keys(honest).some((name) => times.test(name));
const refused = ['refused', 'SIGNATURE_INVALID'] as const;

const bodyRow = (title: string, body: Uint8Array | string): Row => ({
  title,
  body,
  headers: (honest) => ({ ...honest, 'content-type': 'application/json' }),
  expected: [400, 'PAYLOAD_INVALID'],
});
/** All headers, with the value of those that match replaced, or the header doubled. */
const changed =
  (pattern: RegExp, change: (value: string) => readonly string[]) =>
  (honest: Record<string, string>): HeaderList =>
    Object.entries(honest).flatMap(([name, value]) =>
      pattern.test(name) ? change(value).map((one) => [name, one] as const) : [[name, value] as const],
    );
const proofRow = (title: string, change: (value: string) => readonly string[]): Row => ({
  title: `a signature ${title}`,
  headers: changed(proofs, change),
  expected: refused,
});
const timeRow = (title: string, change: (value: string) => readonly string[]): Row => ({
  title: `a timestamp ${title}`,
  headers: changed(times, change),
  where: isTimed,
  expected: refused,
});
/** Signed by whoever has the secret, so that nothing but the time is wrong. */
const signedTimeRow = (title: string, sentAt: Date): Row => ({
  title: `a signature over the time ${title}`,
  sentAt,
  where: isTimed,
  expected: refused,
});
const timeOf = (milliseconds: number): Date =>
  ({ getTime: () => milliseconds, toISOString: () => '' }) as Date;
const encodedRow = (title: string, encoding: string, expected: Row['expected'], body?: Uint8Array): Row => ({
  title,
  ...(body === undefined ? {} : { body }),
  headers: (honest) => ({ ...honest, 'content-encoding': encoding }),
  expected,
});

const rows: readonly Row[] = [
  proofRow('that is missing', () => []),
  proofRow('that is empty', () => ['']),
  proofRow('sent twice', (value) => [value, value]),
  proofRow('beside a wrong one', (value) => [value, 'f'.repeat(64)]),
  proofRow('in bytes that are no ASCII', () => ['\u00ff\u00fe\u00e9'.repeat(30)]),
  proofRow('of 20 KB', (value) => [value + 'f'.repeat(20_000)]),
  proofRow('with one character changed', (value) => [
    value.slice(0, -6) + (value.at(-6) === '0' ? '1' : '0') + value.slice(-5),
  ]),
  proofRow('of a prototype', () => ['__proto__']),
  {
    title: 'a signature over other bytes',
    sent: (signed) => Buffer.concat([signed, Buffer.from(' ')]),
    where: (honest) => !('x-token' in honest),
    expected: refused,
  },
  ...['NaN', '-1', '1e20', 'Infinity', '0x7fffffff', '١٢٣', '', ' ', '1700000000.5', '9'.repeat(400)].map(
    (text) => timeRow(`of ${text.slice(0, 20) || 'nothing'}`, () => [Buffer.from(text).toString('latin1')]),
  ),
  timeRow('sent twice', (value) => [value, value]),
  timeRow('that is missing', () => []),
  signedTimeRow('NaN', timeOf(NaN)),
  signedTimeRow('of a minute before 1970', timeOf(-60_000)),
  signedTimeRow('1e20', timeOf(1e23)),
  signedTimeRow('1e22', timeOf(1e25)),
  signedTimeRow('of tomorrow', new Date(Date.now() + 86_400_000)),
  signedTimeRow('of yesterday', new Date(Date.now() - 86_400_000)),
  bodyRow('bytes that are no UTF-8', Buffer.from('{"id":"\u00ff\u00fe"}', 'latin1')),
  bodyRow('an overlong encoding', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])),
  bodyRow('a surrogate in UTF-8', Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d])),
  bodyRow('UTF-16', Buffer.from('\ufeff{"id":1}', 'utf16le')),
  bodyRow('a NUL where JSON has none', '{"id":\u0000 1}'),
  bodyRow('two byte order marks', '\ufeff\ufeff{"id":1}'),
  ...['[]', 'null', '1', '"x"', '{', '{}{}', '{"a":}', "{'a':1}", '{"a":NaN}', '{"a":01}', '{"a":1,}'].map(
    (text) => bodyRow(`the JSON ${text}`, text),
  ),
  bodyRow('arrays 50,000 deep', deep('[', ']')),
  bodyRow('objects 50,000 deep', deep('{"x":', '}')),
  encodedRow('a bomb of gzip', 'gzip', [413, 'PAYLOAD_TOO_LARGE'], gzipSync(bomb)),
  encodedRow('a bomb of deflate', 'deflate', [413, 'PAYLOAD_TOO_LARGE'], deflateSync(bomb)),
  encodedRow('a bomb of brotli', 'br', [413, 'PAYLOAD_TOO_LARGE'], brotliCompressSync(bomb)),
  {
    ...encodedRow('a bomb within a bomb', 'gzip', refused, gzipSync(gzipSync(bomb))),
    where: (honest) => !('x-token' in honest), // a token proves the sender, so its body is read: 400
  },
  encodedRow('two encodings', 'gzip, gzip', [415, 'CONTENT_UNSUPPORTED']),
  encodedRow('zstd', 'zstd', [415, 'CONTENT_UNSUPPORTED']),
  encodedRow('what is no gzip', 'gzip', [400, 'PAYLOAD_INVALID']),
  encodedRow('gzip that is cut off', 'gzip', [400, 'PAYLOAD_INVALID'], gzipSync(bomb).subarray(0, 500)),
  {
    title: 'headers of 64 KB',
    headers: (honest) => ({ ...honest, 'x-long': 'x'.repeat(64 * 1024) }),
    expected: [431, 'HEADERS_TOO_LARGE'],
  },
];

async function send({ port }: Ingress, sender: Sender, row: Row): Promise<Answer | undefined> {
  const fresh = sender.honest();
  const signed = Buffer.from((row.body ?? fresh.body) as Uint8Array);
  const honest = { ...fresh.headers, ...sender.signed(signed, row.sentAt) };
  if (row.where?.(honest) === false) return undefined;
  const headers = row.headers?.(honest) ?? honest;
  const body = row.sent?.(signed) ?? signed;
  return await exchange(port, { target: `/webhooks/${sender.name}`, headers, body });
}

async function assertTakes(ingress: Ingress, sender: Sender): Promise<void> {
  const { headers, body, path } = sender.honest();
  const before = ingress.accepted.length;
  const answer = await exchange(ingress.port, { target: `/webhooks/${sender.name}${path}`, headers, body });
  assert.ok(answer.status >= 200 && answer.status < 300, `${answer.status} ${answer.text}`);
  assert.equal(ingress.accepted.length, before + 1);
}

const senders = await loadSenders();

async function start(t: TestContext): Promise<Ingress> {
  return await startIngress(t, { providers: senders, maxBodyBytes: 1024 * 1024 });
}

suite('hostile requests to every sender, and an honest one after each', { timeout: 300_000 }, () => {
  for (const sender of senders.values()) {
    test(`${sender.name} › refuses every row of the table, tells nothing, and goes on`, async (t) => {
      const ingress = await start(t);
      await assertTakes(ingress, sender);
      for (const row of rows) {
        const answer = await send(ingress, sender, row);
        if (answer === undefined) continue;
        const [status, code] = row.expected;
        const title = `${sender.name}: ${row.title}`;
        assert.deepEqual(
          [answer.status, answer.code],
          [status === 'refused' ? sender.refused : status, code],
          title,
        );
        assertTellsNothing(answer, title);
        await assertTakes(ingress, sender);
      }
    });
  }
});
