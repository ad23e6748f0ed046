import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import { sha256Hex } from '../../src/delivery.ts';
import { mergeModels } from '../../src/graph/model.ts';
import { validateMutations } from '../../src/graph/validate.ts';
import { parsePayload } from '../../src/payload.ts';
import type { ActiveProvider } from '../../src/providers/provider.ts';
import { discoverProviders } from '../../src/providers/registry.ts';
import { rawRequest } from '../support/requests.ts';

const text = await readFile(new URL('../../../docs/custom.md', import.meta.url), 'utf8');
const { providers } = await discoverProviders();
const secret = 'the-secret-of-the-examples';
/** That of the signed time in the examples. */
const receivedAt = new Date('2026-03-02T10:15:31.000Z');

interface Example {
  readonly title: string;
  readonly sender: ActiveProvider;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly expected: Readonly<Record<string, unknown>>;
}

function exampleOf(section: string): Example {
  const [title = ''] = section.split('\n', 1);
  const [line = '', ...lines] = blockOf(section, 'http').split('\n');
  const name = line.replace('POST /webhooks/', '');
  const end = lines.indexOf('');
  const headers = lines.slice(0, end).map((header) => {
    const at = header.indexOf(': ');
    return [header.slice(0, at).toLowerCase(), header.slice(at + 2)] as const;
  });
  return {
    title,
    sender: senderOf(blockOf(section, 'yaml'), name),
    headers: Object.fromEntries(headers),
    body: Buffer.from(lines.slice(end + 1).join('\n')),
    expected: JSON.parse(blockOf(section, 'json')) as Example['expected'],
  };
}

function senderOf(yaml: string, name: string): ActiveProvider {
  const env = Object.fromEntries(
    [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, key = '']) => [key, secret] as const),
  );
  const { config, warnings } = readConfig(yaml, { file: 'docs/custom.md', env, providers });
  assert.deepEqual(warnings, []);
  const sender = config.webhooks.providers.find((one) => one.name === name);
  assert.ok(sender?.enabled);
  return sender;
}

function blockOf(section: string, language: string): string {
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\n\`\`\``).exec(section)?.[1];
  assert.ok(block, `a ${language} block`);
  return block;
}

async function outcomeOf({ sender, headers, body }: Example): Promise<Record<string, unknown>> {
  const { name, provider, settings } = sender;
  const request = rawRequest({ headers, body, receivedAt });
  provider.verify(request, settings);
  const payload = parsePayload(body, request.contentType);
  const identity = provider.identify({ ...request, payload }, settings);
  if (identity.kind === 'handshake') return { reply: identity.reply };
  const { id, eventType } = identity;
  const head = { provider: name, id, eventType, receivedAt: receivedAt.toISOString() };
  const delivery = { ...head, contentType: request.contentType, bodySha256: sha256Hex(body), payload };
  const normalized = await provider.normalize({ delivery, settings, enrichment: undefined });
  assert.ok('mutations' in normalized);
  validateMutations(
    mergeModels([provider.model, provider.modelOf?.(settings) ?? { nodes: {}, edges: {} }]),
    normalized.mutations,
  );
  const { eventTime, mutations } = normalized;
  return { delivery_id: id, event_type: eventType, event_time: eventTime, mutations };
}

suite('docs/custom.md', () => {
  const [, examples = ''] = text.split('## Worked examples');
  for (const section of examples.split('\n### ').slice(1)) {
    const example = exampleOf(section);
    test(`${example.title} is what comes of it`, async () => {
      const outcome = await outcomeOf(example);
      for (const [key, value] of Object.entries(example.expected)) {
        assert.deepEqual(JSON.parse(JSON.stringify(outcome[key])), value, key);
      }
    });

    test(`${example.title} is refused with another body or another secret`, async () => {
      const { sender, headers, body } = example;
      const bearer = headers['authorization'];
      const forged = bearer === undefined ? { body: Buffer.from(`${body.toString()} `) } : { body };
      const changed = bearer === undefined ? headers : { ...headers, authorization: `${bearer}x` };
      assert.throws(
        () =>
          sender.provider.verify(rawRequest({ ...forged, headers: changed, receivedAt }), sender.settings),
        { code: 'SIGNATURE_INVALID' },
      );
    });
  }

  test('has examples', () => {
    assert.ok(examples.split('\n### ').length > 4);
  });
});
