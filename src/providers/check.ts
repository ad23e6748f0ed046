import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mergeModels } from '../graph/model.ts';
import { validateMutations } from '../graph/validate.ts';
import {
  deliveryOf,
  type Example,
  exampleOf,
  exampleSettings,
  normalizeExample,
  signedId,
} from './example.ts';
import type { Fixture, HttpReply, Normalized, Provider } from './provider.ts';

/** One thing that every provider keeps to; `run` rejects with what was seen and what was expected. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

type Given = Readonly<Record<string, unknown>>;

/** What a provider and its fixtures must keep to, whoever the sender is. */
export function checksOf(provider: Provider, fixtures: readonly Fixture[]): Check[] {
  return [
    ...settingsChecks(provider),
    { name: 'every documented event has a fixture', run: () => checkEvents(provider, fixtures) },
    ...fixtures.flatMap((fixture) => fixtureChecks(provider, fixture)),
  ];
}

function settingsChecks(provider: Provider): Check[] {
  const example = exampleSettings(provider);
  const refuses = (change: Given): void => {
    assert.equal(
      provider.settings.safeParse({ ...example, ...change }).success,
      false,
      JSON.stringify(change),
    );
  };
  return [
    { name: 'settings take the example', run: () => void provider.settings.parse(example) },
    {
      name: 'settings refuse an empty secret',
      run: () => {
        for (const empty of ['', ' ', []]) {
          for (const key of secretKeysOf(example)) refuses({ [key]: empty });
        }
      },
    },
    { name: 'settings refuse unknown keys', run: () => refuses({ no_such_setting: true }) },
  ];
}

function checkEvents({ events }: Provider, fixtures: readonly Fixture[]): void {
  const names = new Set(fixtures.map(({ eventType }) => eventType));
  assert.deepEqual(
    events.filter((event) => !names.has(event)),
    [],
  );
}

function fixtureChecks(provider: Provider, fixture: Fixture): Check[] {
  const one = (): Example => exampleOf(provider, fixture);
  const checks: Check[] = [
    {
      name: 'verifies as signed by us',
      run: () => {
        const { request, settings } = one();
        provider.verify(request, settings);
      },
    },
    { name: 'is refused with another secret', run: () => checkOtherSecret(one()) },
    { name: 'is refused without its signature', run: () => checkHeaders(one()) },
    { name: 'is identified, twice the same', run: () => checkIdentity(one()) },
  ];
  if (fixture.bodyUnsigned !== true) {
    checks.push({ name: 'is refused with one byte changed', run: () => checkChangedByte(one()) });
  }
  if (!('handshake' in fixture.expected)) {
    checks.push({
      name: 'gives exactly its mutations, twice, within the model',
      run: () => checkMutations(one()),
    });
  }
  return checks.map(({ name, run }) => ({ name: `${fixture.name} ${name}`, run }));
}

function checkChangedByte({ provider, settings, request }: Example): void {
  const body = Buffer.from(request.body);
  const middle = Math.floor(body.length / 2);
  body[middle] = (body[middle] ?? 0) ^ 1;
  refusesSignature(() => provider.verify({ ...request, body }, settings));
}

function checkOtherSecret({ provider, request, fixture }: Example): void {
  const given = exampleSettings(provider, fixture);
  const others = secretKeysOf(given).map((key) => [key, otherSecret(given[key])] as const);
  const other = provider.settings.parse({ ...given, ...Object.fromEntries(others) });
  refusesSignature(() => provider.verify(request, other));
}

/** Of the headers that `sign` gives, at least one is the signature; without any other nothing worse than a refusal comes. */
function checkHeaders({ provider, settings, request, signed }: Example): void {
  const codes = signed.map((name) => {
    const { [name]: _, ...headers } = request.headers;
    return codeOf(() => {
      provider.verify({ ...request, headers }, settings);
      provider.identify({ ...request, headers }, settings);
    });
  });
  assert.ok(codes.includes('SIGNATURE_INVALID'), `removing ${signed.join(', ')} gave ${codes.join(', ')}`);
  const others = codes.filter((code) => !['SIGNATURE_INVALID', 'PAYLOAD_INVALID', 'none'].includes(code));
  assert.deepEqual(others, []);
}

function checkIdentity({ provider, settings, request, fixture: { eventType, expected } }: Example): void {
  const identity = provider.identify(request, settings);
  assert.deepEqual(provider.identify(request, settings), identity);
  if ('handshake' in expected) {
    assert.deepEqual(identity, { kind: 'handshake', reply: expected.handshake satisfies HttpReply });
    return;
  }
  assert.ok(identity.kind === 'delivery');
  assert.deepEqual([identity.id, identity.eventType], [expected.deliveryId ?? signedId, eventType]);
}

async function checkMutations(example: Example): Promise<void> {
  const { provider, settings, fixture } = example;
  const delivery = deliveryOf(example);
  const before = structuredClone({ delivery, enrichment: fixture.enrichment });
  const first = throughJson(await normalizeExample(example, delivery));
  const second = throughJson(await normalizeExample(example, delivery));
  const { deliveryId: _, ...expected } = fixture.expected as { deliveryId?: string };
  assert.deepEqual(first, expected);
  assert.deepEqual(second, expected);
  assert.deepEqual({ delivery, enrichment: fixture.enrichment }, before, 'normalize changed its input');
  if ('skipped' in first) return;
  const models = [provider.model, ...(provider.modelOf ? [provider.modelOf(settings)] : [])];
  validateMutations(mergeModels(models), first.mutations);
}

/** As the workflow's history and the fixtures' files have it. */
function throughJson(normalized: Normalized): Normalized {
  return JSON.parse(JSON.stringify(normalized)) as Normalized;
}

function secretKeysOf(given: Given): string[] {
  return ['webhook_secret', 'public_key', 'relay_secret'].filter((key) => key in given);
}

/** Another of the same kind: a public key in hex, a Standard Webhooks secret, or any text. */
function otherSecret(secret: unknown): string {
  const text = String(secret);
  if (/^[0-9a-f]{64}$/i.test(text)) {
    const { x = '' } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
    return Buffer.from(x, 'base64url').toString('hex');
  }
  const prefix = text.startsWith('whsec_') ? 'whsec_' : '';
  return prefix + Buffer.from('another-secret-of-the-conformance-suite').toString('base64');
}

function refusesSignature(run: () => void): void {
  assert.equal(codeOf(run), 'SIGNATURE_INVALID');
}

function codeOf(run: () => void): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error);
  }
}
