import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeSample } from '../../src/cli/sample.ts';
import type { Fixture } from '../../src/provider-kit.ts';
import slack from '../../src/providers/slack/index.ts';
import { fixture, fixtures, identify, normalized, settings } from './slack-support.ts';

function sampleOf(given: Fixture): unknown {
  const sample = makeSample({ provider: slack, settings, fixture: given });
  const text = Buffer.from(sample.body).toString();
  return given.form === undefined ? (JSON.parse(text) as unknown) : text;
}

test('slack › a sample sent twice is two deliveries, whatever it is a sample of', () => {
  const samples = fixtures.filter(
    ({ name, expected }) => 'mutations' in expected && name !== 'app_rate_limited',
  );
  for (const one of samples) {
    const [first, second] = [identify(sampleOf(one)), identify(sampleOf(one))];
    assert.notEqual(first.id, second.id, one.name);
    assert.equal(first.eventType, one.eventType);
  }
});

test('slack › a sample has the id that was asked for and happens when it is sent', () => {
  const at = new Date('2026-11-24T12:00:00.123Z');
  const fresh = slack.freshen?.(fixture('message').payload, { id: 'asked-for', at }) as {
    event: { ts: string };
  };
  assert.equal(identify(fresh).id, 'asked-for');
  const { eventTime } = normalized(fresh);
  assert.match(eventTime ?? '', /^2026-11-24T12:00:00\.123\d{3}Z$/);
});

test('slack › samples of new messages are two messages, of an edit they are edits of one', () => {
  const nodes = (name: string) =>
    [1, 2].map((id) => {
      const fresh = slack.freshen?.(fixture(name).payload, { id: `sample-${id}`, at: new Date() });
      const first = normalized(fresh).mutations[0];
      return first?.op === 'upsert-node' ? first.node.key : '';
    });
  const [first, second] = nodes('message');
  assert.notEqual(first, second);
  const [edited, again] = nodes('message.message_changed');
  assert.equal(edited, again);
});

test('slack › a fresh rate limit is one of its moment', () => {
  const at = new Date('2026-11-24T12:00:00.000Z');
  const fresh = slack.freshen?.(fixture('app_rate_limited').payload, { id: 'x', at });
  assert.equal(normalized(fresh).eventTime, '2026-11-24T12:00:00.000000Z');
});
