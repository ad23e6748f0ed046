import fc from 'fast-check';
import type { Exchange } from './exchange.ts';
import type { Sender } from './senders.ts';

/** Where in a payload something stands: an index for each level, taken modulo what is there. */
type Steps = readonly number[];

interface Mutation {
  readonly steps: Steps;
  readonly value: unknown;
}

export const hostileTexts = [
  ...[
    '',
    ' ',
    '__proto__',
    'constructor',
    'toString',
    '\u0000',
    'a\r\nset-cookie: b',
    '\ud800',
    '\udfff\ud800',
  ],
  ...[
    '../../etc/passwd',
    '<script>alert(1)</script>',
    '${jndi:ldap://x}',
    "' OR 1=1 --",
    '\ufeff',
    '\u202eabc',
  ],
  ...[
    'x'.repeat(300),
    '/'.repeat(300),
    '😀'.repeat(200),
    '1e20',
    'NaN',
    '-1',
    '9007199254740993',
    'null',
    '{{x}}',
  ],
  ...['0001-01-01T00:00:00Z', '+275760-09-13T00:00:00.001Z', '2026-02-30T25:61:61Z', '1'.repeat(400)],
];
const hostileNumbers = [
  0,
  -0,
  -1,
  1.5,
  1e20,
  -1e300,
  5e-324,
  2 ** 53,
  -(2 ** 53),
  8.64e15,
  8.64e15 + 1,
  2 ** 31,
];
const hostileValues: readonly unknown[] = [
  null,
  true,
  [],
  {},
  [null],
  [[]],
  { __proto__: null, constructor: 1 },
  [{}],
  { id: null },
];

const hostileValue = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts, ...hostileNumbers, ...hostileValues),
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const mutation: fc.Arbitrary<Mutation> = fc.record({
  steps: fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }),
  value: hostileValue,
});

const headerText = fc.string({
  unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
});
const headerName = fc.oneof(
  fc.constantFrom(
    ...[
      'content-type',
      'content-length',
      'content-encoding',
      'transfer-encoding',
      'host',
      'expect',
      'connection',
    ],
    ...[
      'x-github-event',
      'x-github-delivery',
      'x-hub-signature-256',
      'x-signature',
      'x-slack-signature',
      'cookie',
    ],
    ...[
      'x-slack-request-timestamp',
      'x-signature-ed25519',
      'x-signature-timestamp',
      'webhook-id',
      'authorization',
    ],
    ...[
      'webhook-signature',
      'webhook-timestamp',
      'x-billing-signature',
      'x-token',
      'upgrade',
      'x-forwarded-for',
    ],
  ),
  fc.string({ minLength: 1, maxLength: 20 }),
);
const headerValue = fc.oneof(
  headerText,
  fc.constantFrom(
    ...[
      'application/json',
      'application/x-www-form-urlencoded',
      'gzip',
      'br',
      'deflate',
      'chunked',
      '0',
      '-1',
      '5',
    ],
    ...[
      `sha256=${'0'.repeat(64)}`,
      `v0=${'0'.repeat(64)}`,
      'f'.repeat(128),
      '1e20',
      'NaN',
      'text/html; charset=x',
    ],
  ),
);
const headers = fc.array(fc.tuple(headerName, headerValue), { maxLength: 12 });
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('POST') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'TRACE', 'PATCH', 'CONNECT', 'X'),
  },
);
const segment = fc.oneof(
  fc.constantFrom(
    'webhooks',
    'github',
    'slack',
    'graph',
    'events',
    'health',
    'rejections',
    'entities',
    'stats',
    '..',
    '',
  ),
  fc.constantFrom(
    '%00',
    '%2e%2e',
    '%zz',
    '%c0%af',
    '__proto__',
    'constructor',
    '*',
    ';x=y',
    '%0d%0a',
    '?',
    '#',
  ),
  fc.webSegment(),
);
const target = fc
  .tuple(fc.array(segment, { maxLength: 6 }), fc.option(fc.webQueryParameters()))
  .map(([segments, query]) => `/${segments.join('/')}${query === null ? '' : `?${query}`}`);
const anyBody = fc.oneof(
  fc.uint8Array({ maxLength: 600 }),
  fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', maxLength: 300 }).map((text) => Buffer.from(text)),
);

/** One request that nobody honest would send, or that an honest one might; the second is signed. */
export function fuzzedRequest(senders: readonly Sender[]): fc.Arbitrary<Exchange> {
  const sender = fc.constantFrom(...senders);
  const toSender = sender.map(({ name }) => `/webhooks/${name}`);
  return fc.oneof(
    {
      weight: 1,
      arbitrary: fc
        .uint8Array({ minLength: 1, maxLength: 400 })
        .map((bytes) => ({ raw: [bytes, '\r\n\r\n'] })),
    },
    { weight: 3, arbitrary: fc.record({ method, target, headers, body: anyBody }) },
    { weight: 3, arbitrary: fc.record({ method, target: toSender, headers, body: anyBody }) },
    {
      weight: 3,
      arbitrary: fc.tuple(sender, anyBody, headers).map(([to, body, extra]) => signedBy(to, body, extra)),
    },
    {
      weight: 10,
      arbitrary: fc
        .tuple(sender, fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 4 }))
        .map(([to, fixture, mutations]) => mutated(to, fixture, mutations)),
    },
  );
}

function signedBy(to: Sender, body: Uint8Array, extra: readonly (readonly [string, string])[]): Exchange {
  const safe = extra.filter(([name, value]) => /^x-[a-z-]+$/.test(name) && /^[ -~]*$/.test(value));
  return { target: `/webhooks/${to.name}`, headers: [...Object.entries(to.signed(body)), ...safe], body };
}

/** A fixture with parts of it replaced, signed as its sender would. */
function mutated(to: Sender, index: number, mutations: readonly Mutation[]): Exchange {
  const fixture = to.fixtures[index % to.fixtures.length];
  const { headers, body, path } = to.honest(fixture);
  const target = `/webhooks/${to.name}${path}`;
  const text = Buffer.from(body).toString();
  if (!text.startsWith('{')) return { target, headers: { ...headers, ...to.signed(body) }, body };
  const payload = mutations.reduce(
    (value, { steps, value: put }) => replaceAt(value, steps, put),
    JSON.parse(text) as unknown,
  );
  const bytes = Buffer.from(JSON.stringify(payload) ?? 'null');
  return { target, headers: { ...headers, ...to.signed(bytes), ...eventOf(headers) }, body: bytes };
}

/** What says the event stays the fixture's. */
function eventOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  const event = headers['x-github-event'];
  return event === undefined ? {} : { 'x-github-event': event };
}

function replaceAt(value: unknown, [step, ...rest]: Steps, put: unknown): unknown {
  if (step === undefined || typeof value !== 'object' || value === null) return put;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return put;
  const inner = (value as Record<string, unknown>)[key];
  const changed = replaceAt(inner, rest, put);
  if (Array.isArray(value))
    return value.map((one, index) => (String(index) === key ? changed : (one as unknown)));
  return { ...value, [key]: changed };
}
