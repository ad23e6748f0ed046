import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConfigInvalidError } from '../../src/errors.ts';
import { configOf, problemsOf } from './config-of.ts';

const clickup = (settings: string): string => `webhooks: { providers: { clickup: { ${settings} } } }`;

const refused: readonly { readonly what: string; readonly text: string; readonly problem: string }[] = [
  {
    what: 'a mistyped key, with the one that was meant',
    text: 'webhoks: {}',
    problem: 'webhoks: is not a setting; did you mean webhooks? (line 1)',
  },
  {
    what: 'a key that is like no other, with those that are known',
    text: 'admin: { colour: red }',
    problem: 'admin.colour: is not a setting; known here: token (line 1)',
  },
  {
    what: 'a text that YAML takes for an alias, and not what it says',
    text: 'log: {}\nadmin: { token: *Hunter2Secret }',
    problem:
      'line 2: has an alias (*…) without an anchor (&…) before it; put a text that begins with * in quotes',
  },
  {
    what: 'a text that YAML takes for the head of a block, and not what it says',
    text: 'admin:\n  token: |Hunter2Secret\n',
    problem: 'line 2: cannot be read as YAML here; put a text with special characters in quotes',
  },
  {
    what: 'a client certificate without its key',
    text: 'temporal: { address: "t:7233", tls: { cert_file: c.pem } }\ninbox: { mode: always }',
    problem: 'temporal.tls.cert_file: needs key_file beside it: a client shows both or none (line 1)',
  },
  {
    what: 'a word for a number, with its line',
    text: 'webhooks:\n  port: soon',
    problem: 'webhooks.port: must be a number (line 2)',
  },
  {
    what: 'a fraction of a port',
    text: 'webhooks: { port: 80.5 }',
    problem: 'webhooks.port: must be a whole number (line 1)',
  },
  {
    what: 'a number that is too large',
    text: 'webhooks: { port: 65536 }',
    problem: 'webhooks.port: must be at most 65535 (line 1)',
  },
  {
    what: 'a word that is not one of the choices',
    text: 'log: { format: xml }',
    problem: 'log.format: must be auto or json or pretty (line 1)',
  },
  {
    what: 'a word for true or false',
    text: 'webhooks: { enabled: "yes" }',
    problem: 'webhooks.enabled: must be true or false (line 1)',
  },
  {
    what: 'a store that nobody wrote',
    text: 'graph: { driver: sqlite }',
    problem: 'graph.driver: must be embedded or neo4j (line 1)',
  },
  {
    what: 'a setting of another store',
    text: 'graph: { password: x }',
    problem: 'graph.password: is a setting of driver: neo4j (line 1)',
  },
  {
    what: 'a server without its address',
    text: 'graph: { driver: neo4j, password: x }',
    problem: 'graph.uri: is missing (line 1)',
  },
  {
    what: 'an address with a password in it',
    text: 'graph: { driver: neo4j, password: x, uri: "bolt://neo4j:x@db:7687" }',
    problem: 'graph.uri: must be bolt://host:port, bolt+s://…, neo4j://… or neo4j+s://… (line 1)',
  },
  {
    what: 'an authority for a connection that is not encrypted',
    text: 'graph: { driver: neo4j, password: x, uri: "bolt://db:7687", ca_file: ca.pem }',
    problem:
      'graph.ca_file: is for an encrypted connection: let the uri begin with bolt+s:// or neo4j+s:// (line 1)',
  },
  {
    what: 'an address without a port',
    text: 'temporal: { address: temporal.example }',
    problem: 'temporal.address: must be embedded or host:port (line 1)',
  },
  {
    what: 'a setting of an alternative',
    text: 'temporal: { tls: { ca: x } }',
    problem:
      'temporal.tls.ca: is not a setting; known here: ca_file, cert_file, key_file, server_name (line 1)',
  },
  {
    what: 'a block that is no block',
    text: 'webhooks: 3',
    problem: 'webhooks: must be a mapping of keys (line 1)',
  },
  {
    what: 'an item of a list',
    text: 'people:\n  - name: Ada\n  - github: ada',
    problem: 'people[1].name: is missing (line 3)',
  },
  {
    what: 'an enabled provider without a secret',
    text: clickup('enabled: true'),
    problem: 'webhooks.providers.clickup.webhook_secret: is missing: give it, or set enabled: false (line 1)',
  },
  {
    what: 'a provider whose secret is empty',
    text: clickup('webhook_secret: ""'),
    problem: 'webhooks.providers.clickup.webhook_secret: is empty (line 1)',
  },
  {
    what: 'one empty secret of several',
    text: clickup('webhook_secret: [a, ""]'),
    problem: 'webhooks.providers.clickup.webhook_secret[1]: is empty (line 1)',
  },
  {
    what: 'a secret that YAML takes for a number, which has lost its zeros',
    text: clickup('webhook_secret: 0123'),
    problem: 'webhooks.providers.clickup.webhook_secret: must be a text (in quotes) or a list (line 1)',
  },
  {
    what: "a key that is none of the provider's",
    text: clickup('webhook_secret: a, api_tokn: b'),
    problem: 'webhooks.providers.clickup.api_tokn: is not a setting; did you mean api_token? (line 1)',
  },
  {
    what: 'an unknown key even of a disabled provider',
    text: clickup('enabled: false, api_tokn: b'),
    problem: 'webhooks.providers.clickup.api_tokn: is not a setting; did you mean api_token? (line 1)',
  },
  {
    what: 'a provider that nobody wrote',
    text: 'webhooks: { providers: { clikup: {} } }',
    problem:
      'webhooks.providers.clikup: no provider is called clikup (did you mean clickup?); known: clickup, discord (line 1)',
  },
  {
    what: 'a type that nobody wrote',
    text: 'webhooks: { providers: { billing: { type: custm } } }',
    problem: 'webhooks.providers.billing.type: no provider is called custm; known: clickup, discord (line 1)',
  },
  {
    what: 'a name that could not stand in a URL',
    text: 'webhooks: { providers: { Click/Up: {} } }',
    problem:
      'webhooks.providers.Click/Up: is no sound name: lower-case letters, digits, _ and -, a letter first, at most 40 characters (line 1)',
  },
  {
    what: 'a list at the top',
    text: '- webhooks',
    problem: ': must be a mapping of keys, such as webhooks:',
  },
  { what: 'a key twice', text: 'log: {}\nlog: {}', problem: 'line 2: Map keys must be unique' },
  {
    what: 'what is not YAML, with its line',
    text: 'log:\n  level: "info\n',
    problem: 'line 3: Missing closing "quote',
  },
];

suite('a configuration is refused with the path of', () => {
  for (const { what, text, problem } of refused) {
    test(what, () => {
      assert.deepEqual(problemsOf(text), [problem]);
    });
  }
});

test('all problems are told at once, in the order of the file', () => {
  const text = [
    'log: { level: loud }',
    'webhooks:',
    '  prt: 8000',
    '  providers:',
    '    clickup: { timeout_seconds: 0 }',
    '    discord: { public_key: "${DISCORD_KEY}" }',
    'temporal: { retention_days: 0 }',
  ].join('\n');
  assert.deepEqual(
    problemsOf(text).map((problem) => problem.split(':')[0]),
    [
      'log.level',
      'webhooks.prt',
      'webhooks.providers.clickup.webhook_secret',
      'webhooks.providers.clickup.timeout_seconds',
      'webhooks.providers.discord.public_key',
      'temporal.retention_days',
    ],
  );
});

test('no problem repeats a value, for it may be a secret', () => {
  const text = clickup('webhook_secret: { hunter2: hunter3 }, timeout_seconds: hunter4');
  assert.throws(
    () => configOf(text),
    (error) => error instanceof ConfigInvalidError && !error.message.includes('hunter'),
  );
});

test('an empty file has every default', () => {
  const { config, warnings } = configOf('');
  assert.equal(config.webhooks.port, 8000);
  assert.equal(config.webhooks.host, '0.0.0.0');
  assert.equal(config.temporal.address, 'embedded');
  assert.equal(config.temporal.retention_days, 30);
  assert.deepEqual(config.webhooks.providers, []);
  assert.equal(config.data_dir, '/etc/flowstate/data');
  assert.equal(config.admin.token, undefined);
  assert.deepEqual(warnings, []);
});

test('the embedded Temporal takes the inbox in its mode always alone; another one takes each', () => {
  for (const mode of ['overflow', 'off']) {
    assert.deepEqual(problemsOf(`inbox: { mode: ${mode} }`), [
      'inbox.mode: must be always with the embedded Temporal: its fast database may lose the last seconds in a power cut (line 1)',
    ]);
    const { config, warnings } = configOf(
      `temporal: { address: "temporal.example:7233" }\ninbox: { mode: ${mode} }`,
    );
    assert.equal(config.inbox.mode, mode);
    assert.deepEqual(warnings, []);
  }
});

test('a Neo4j needs its address and a password, and the files that it names are beside the configuration', () => {
  const text = 'graph: { driver: neo4j, uri: "neo4j+s://db:7687", password: "${PW}", ca_file: ca.pem }';
  assert.deepEqual(configOf(text, { PW: 'pw' }).config.graph, {
    driver: 'neo4j',
    uri: 'neo4j+s://db:7687',
    user: 'neo4j',
    password: 'pw',
    database: 'neo4j',
    ca_file: '/etc/flowstate/ca.pem',
    max_connections: 50,
    connect_timeout_seconds: 5,
    acquire_timeout_seconds: 15,
    transaction_timeout_seconds: 30,
  });
});
