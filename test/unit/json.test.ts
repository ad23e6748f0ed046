import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUtf8, parseJson } from '../../src/json.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

const kept: readonly (readonly [title: string, text: string, value: unknown])[] = [
  ['the largest exact integer stays a number', '9007199254740991', 9007199254740991],
  ['the next one is its digits', '9007199254740992', '9007199254740992'],
  [
    'negative ones likewise',
    '[-9007199254740991,-9007199254740993]',
    [-9007199254740991, '-9007199254740993'],
  ],
  [
    'nested, at every place, each on its own',
    '{"a":[{"id":90120455100199999999 },12345678901234567890],"b":98765432109876543210}',
    { a: [{ id: '90120455100199999999' }, '12345678901234567890'], b: '98765432109876543210' },
  ],
  [
    'strings are left alone',
    '{"90120455100199999999":"id 90120455100199999999"}',
    { '90120455100199999999': 'id 90120455100199999999' },
  ],
  ['an escaped quote ends no string', '["\\"90120455100199999999", "\\\\"]', ['"90120455100199999999', '\\']],
  [
    'a string that ends with backslashes ends',
    '["\\\\\\\\",90120455100199999999]',
    ['\\\\', '90120455100199999999'],
  ],
  [
    'floats stay floats',
    '[1.5,0.12345678901234567890,1e21,-2.5E-3]',
    [1.5, 0.12345678901234568, 1e21, -0.0025],
  ],
  ['a byte order mark is dropped', '\ufeff{"a":1}', { a: 1 }],
  [
    'a hundred levels are taken',
    `${'['.repeat(100)}${']'.repeat(100)}`,
    JSON.parse(`${'['.repeat(100)}${']'.repeat(100)}`),
  ],
];

for (const [title, text, value] of kept) {
  test(`json › ${title}`, () => assert.deepEqual(parse(text), value));
}

test('json › __proto__ is a key like any other', () => {
  const value = parse('{"__proto__":{"polluted":true}}') as object;
  assert.deepEqual(Object.keys(value), ['__proto__']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
});

const refused = [
  '',
  ' ',
  '{',
  '{"a":}',
  '[1,]',
  'nope',
  '01',
  '-',
  '"open',
  '90120455100199999999x',
  '--90120455100199999999',
];

for (const text of refused) {
  test(`json › ${JSON.stringify(text)} is none`, () => {
    assert.throws(() => parse(text), { code: 'PAYLOAD_INVALID', message: 'The body is not valid JSON.' });
  });
}

test('json › refuses what is deeper than a hundred levels before it is parsed', () => {
  for (const open of ['[', '{"a":']) {
    assert.throws(() => parse(open.repeat(100_000)), { code: 'PAYLOAD_INVALID', message: /deeper than 100/ });
  }
});

test('json › refuses bytes that are no UTF-8', () => {
  for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0x80]]) {
    assert.throws(() => decodeUtf8(Uint8Array.from(bytes)), { code: 'PAYLOAD_INVALID' });
  }
});

/** The one difference that is meant: integers beyond 2^53, where they are written out, are their digits. */
function withDigits(_key: string, value: unknown): unknown {
  const isLarge = Number.isInteger(value) && !Number.isSafeInteger(value) && /^-?\d+$/.test(String(value));
  return isLarge ? String(value) : value;
}

test('json › reads every document as JSON.parse does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), fc.constantFrom(undefined, 1, '\t'), (text, space) => {
      const document = JSON.stringify(JSON.parse(text), null, space);
      assert.deepEqual(parse(document), JSON.parse(document, withDigits));
    }),
  );
});

test('json › agrees with JSON.parse on what is no document', () => {
  const pieces = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '-',
    '.',
    'e',
    '0',
    '17',
    'true',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        assert.throws(() => parse(text), { code: 'PAYLOAD_INVALID' });
        return;
      }
      assert.deepEqual(parse(text), expected);
    }),
    { numRuns: 2000 },
  );
});

test('json › keeps the digits of every integer, wherever it stands', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (integer) => {
      const value = (parse(`{"a":[${integer}]}`) as { a: [number | string] }).a[0];
      assert.equal(BigInt(value), integer);
      const isExact =
        integer >= BigInt(Number.MIN_SAFE_INTEGER) && integer <= BigInt(Number.MAX_SAFE_INTEGER);
      assert.equal(typeof value, isExact ? 'number' : 'string');
    }),
  );
});
