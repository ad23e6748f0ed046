import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Fixture } from '../../src/provider-kit.ts';
import { parseJson } from '../../src/provider-kit.ts';
import github from '../../src/providers/github/index.ts';

const folder = new URL('../../../src/providers/github/fixtures/', import.meta.url);
const fixtures = readdirSync(folder).map((file) => {
  const fixture = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fixture;
  assert.equal(file, `${fixture.name}.json`);
  return fixture;
});

function normalize(fixture: Fixture) {
  const contentType = fixture.form === undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  const payload =
    fixture.form === undefined
      ? parseJson(Buffer.from(JSON.stringify(fixture.payload)))
      : Object.fromEntries(new URLSearchParams(fixture.form));
  const { eventType, receivedAt } = fixture;
  const delivery = {
    provider: 'github',
    id: 'd',
    eventType,
    receivedAt,
    contentType,
    bodySha256: '',
    payload,
  };
  return github.normalize({ delivery, settings: { webhook_secret: ['s'] }, enrichment: undefined });
}

for (const fixture of fixtures) {
  test(`github › ${fixture.name} gives exactly its mutations, twice`, async () => {
    const first = JSON.parse(JSON.stringify(await normalize(fixture))) as unknown;
    assert.deepEqual(first, fixture.expected);
    assert.deepEqual(JSON.parse(JSON.stringify(await normalize(fixture))), first);
  });

  test(`github › ${fixture.name}, signed by us, verifies`, () => {
    const body = Buffer.from(fixture.form ?? JSON.stringify(fixture.payload));
    const settings = { webhook_secret: ['s'] as const };
    const sentAt = new Date(fixture.receivedAt);
    const headers = github.sign({ body, deliveryId: 'd', eventType: fixture.eventType, sentAt }, settings);
    const contentType = headers['content-type'] ?? '';
    assert.ok(github.contentTypes?.includes(contentType));
    const request = {
      headers,
      repeatedHeaders: new Set<string>(),
      contentType,
      path: '',
      query: '',
      receivedAt: sentAt,
    };
    github.verify({ ...request, body }, settings);
    assert.throws(
      () => github.verify({ ...request, body: Buffer.concat([body, Buffer.from(' ')]) }, settings),
      {
        reason: 'signature-mismatch',
      },
    );
  });
}

test('github › has a fixture of the plain name for each documented event', () => {
  const names = new Set(fixtures.map(({ name }) => name));
  assert.deepEqual(
    github.events.filter((event) => !names.has(event)),
    [],
  );
});
