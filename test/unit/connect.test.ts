import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { connectedModel } from '../../src/graph/connected-model.ts';
import { defineModel } from '../../src/graph/model.ts';
import type { Mutation } from '../../src/graph/mutation.ts';
import { connected, type KnownPerson } from '../../src/providers/connect.ts';
import clickup from '../../src/providers/clickup/index.ts';
import discord from '../../src/providers/discord/index.ts';
import github from '../../src/providers/github/index.ts';
import slack from '../../src/providers/slack/index.ts';

const readers = [clickup, discord, github, slack].flatMap(({ referencesIn }) => referencesIn ?? []);
const model = connectedModel([
  defineModel({
    nodes: {
      Note: { title: 'string', body: 'string', url: 'string' },
      User: { login: 'string', name: 'string', email: 'string' },
    },
    edges: {},
    texts: { Note: ['title', 'body'] },
    referable: ['Note'],
    addresses: { Note: 'url' },
  }),
]);
const at = '2026-11-24T12:00:00.000000Z';

function references(text: string, address?: string): string[] {
  return readers.flatMap((read) => read(text, address)).map(({ key }) => key);
}

function connect(
  properties: Record<string, string | null>,
  given: { label?: string; key?: string; people?: KnownPerson[] } = {},
) {
  const node = { label: given.label ?? 'Note', key: given.key ?? 'note:1' };
  const upsert: Mutation = { op: 'upsert-node', node, properties, at };
  const [first, ...added] = connected([upsert], { model, readers, people: given.people ?? [] });
  assert.deepEqual(first, upsert, 'what the provider says stays');
  return added;
}

/** `CITES alias:…`, each statement of edges in a line. */
function statements(mutations: readonly Mutation[]): string[] {
  return mutations.flatMap((mutation) => {
    if (mutation.op === 'replace-edges')
      return `${mutation.type} = ${mutation.others.map(({ key }) => key).join(' ')}`;
    return mutation.op === 'upsert-edge' ? `${mutation.type} + ${mutation.to.key}` : [];
  });
}

suite('references in a text', () => {
  const cases: [text: string, address: string | undefined, keys: string[]][] = [
    ['CU-86c2q7x1a', undefined, ['clickup:task:86c2q7x1a']],
    ['feature/cu-86C2Q7X1A_dates', undefined, ['clickup:task:86c2q7x1a']],
    ['fixes #86c2q7x1a.', undefined, ['clickup:task:86c2q7x1a']],
    ['https://app.clickup.com/t/86c2q7x1a?comment=1', undefined, ['clickup:task:86c2q7x1a']],
    ['https://app.clickup.com/t/9012010101/86c2q7x1a', undefined, ['clickup:task:86c2q7x1a']],
    ['a CU-custom word, the colour #86cabc and #8612345', undefined, []],
    ['XCU-86c2q7x1a, CU-86c2q7x1aZZZZZZ', undefined, []],
    ['see acme/checkout#12', undefined, ['github:acme/checkout#12']],
    ['Acme/Checkout#12 is the same', undefined, ['github:acme/checkout#12']],
    ['https://github.com/acme/checkout/pull/12/files', undefined, ['github:acme/checkout#12']],
    ['https://github.com/acme/checkout/issues/7#issuecomment-1', undefined, ['github:acme/checkout#7']],
    [
      `https://github.com/acme/checkout/commit/${'a'.repeat(40)}`,
      undefined,
      [`github:commit:${'a'.repeat(40)}`],
    ],
    [
      'closes #12 and GH-13',
      'https://github.com/acme/checkout/pull/14',
      ['github:acme/checkout#12', 'github:acme/checkout#13'],
    ],
    ['closes #12', undefined, []],
    ['&#12; a#12 /#12 ##12', 'https://github.com/acme/checkout/pull/14', []],
    [
      'https://acme.slack.com/archives/C02GENERAL1/p1772446560000600',
      undefined,
      ['slack:message:C02GENERAL1/1772446560.000600'],
    ],
    [
      'https://discord.com/channels/1467100849766400007/1467463237632000008/1477972737392640005',
      undefined,
      ['discord:message:1477972737392640005'],
    ],
    [
      'https://discord.com/channels/@me/1467463237632000008/1477972737392640005',
      undefined,
      ['discord:message:1477972737392640005'],
    ],
  ];
  for (const [text, address, keys] of cases) {
    test(`${text}${address === undefined ? '' : ` in ${address}`} names ${keys.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(references(text, address), keys);
    });
  }

  test('a long hostile text is read to its end', () => {
    const address = 'https://github.com/acme/checkout/pull/14';
    for (const piece of ['a/', 'CU-', '#86', 'github.com/a/', 'a-', 'discord.com/channels/1']) {
      const text = `${piece.repeat(1_000_000 / piece.length)} acme/checkout#12`;
      assert.ok(references(text, address).includes('github:acme/checkout#12'), piece);
    }
  });
});

suite('what the mutations of a delivery mean beyond their provider', () => {
  test('all texts of a node state its citations, so that none is left of an earlier one', () => {
    assert.deepEqual(statements(connect({ title: 'CU-86c2q7x1a', body: null })), [
      'STANDS_FOR + clickup:task:86c2q7x1a',
      'CITES = alias:clickup:task:86c2q7x1a',
    ]);
    assert.deepEqual(statements(connect({ title: 'nothing', body: '' })), ['CITES = ']);
  });

  test('a part of the texts can only add citations', () => {
    assert.deepEqual(statements(connect({ title: 'CU-86c2q7x1a' })), [
      'STANDS_FOR + clickup:task:86c2q7x1a',
      'CITES + alias:clickup:task:86c2q7x1a',
    ]);
    assert.deepEqual(connect({ title: 'nothing' }), []);
  });

  test('an address says which name stands for the node, and the node does not cite itself', () => {
    const url = 'https://github.com/acme/checkout/pull/12';
    assert.deepEqual(statements(connect({ title: `this is ${url}`, body: '#12', url })), [
      'CITES = ',
      'STANDS_FOR = note:1',
    ]);
  });

  test('each added mutation happened when its reason did', () => {
    const added = connect({ title: 'CU-86c2q7x1a', body: null });
    assert.deepEqual(new Set(added.map((mutation) => mutation.at)), new Set([at]));
  });
});

suite('who is who', () => {
  const user = { label: 'User', key: 'github:user:7' };
  const people = [{ name: 'Ben', email: 'Ben@Example.com', accounts: { github: 'octo-ben', slack: 'U1' } }];
  const personOf = (
    properties: Record<string, string | null>,
    given: { key?: string; people?: KnownPerson[] },
  ) => statements(connect(properties, { ...user, ...given }));

  test('users with one e-mail address are one person, whatever its case, and the key does not tell it', () => {
    const [one] = personOf({ email: 'ann@example.com' }, {});
    assert.deepEqual(personOf({ email: 'Ann@Example.com' }, { key: 'slack:user:U9' }), [one]);
    assert.match(one ?? '', /^IS = person:email:[0-9a-f]{24}$/);
  });

  test('an account of the configuration is that person, by id or by login, with or without an address', () => {
    const byLogin = personOf({ login: 'Octo-Ben' }, { people });
    assert.equal(byLogin.length, 1);
    assert.deepEqual(personOf({ login: 'x' }, { people, key: 'slack:user:U1' }), byLogin);
    assert.deepEqual(personOf({ email: 'ben@example.com' }, { people, key: 'clickup:user:5' }), byLogin);
    assert.deepEqual(personOf({ email: 'other@example.com', login: 'octo-ben' }, { people }), byLogin);
  });

  test('a name alone joins nobody, nor does the id of another provider', () => {
    assert.deepEqual(personOf({ name: 'Ben', login: 'ben' }, { people }), []);
    assert.deepEqual(personOf({ login: 'x' }, { people, key: 'discord:user:U1' }), []);
  });

  test('an address that is taken away takes the person along', () => {
    assert.deepEqual(personOf({ email: null }, {}), ['IS = ']);
  });
});
