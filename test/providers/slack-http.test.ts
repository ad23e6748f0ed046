import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Provider } from '../../src/provider-kit.ts';
import slack from '../../src/providers/slack/index.ts';
import { type Headers, type Ingress, post, startIngress } from '../support/ingress.ts';
import { bodyOf, fixture, settings } from './slack-support.ts';

const path = '/webhooks/slack';

async function startSlack(t: TestContext): Promise<Ingress> {
  const active = { name: 'slack', provider: slack as unknown as Provider, settings };
  return await startIngress(t, { providers: new Map([['slack', active]]) });
}

function textOf(name: string): string {
  const given = bodyOf(fixture(name));
  return typeof given === 'string' ? given : JSON.stringify(given);
}

function signed(text: string, sentAt = new Date()): Headers {
  const outgoing = { body: Buffer.from(text), deliveryId: 'd', eventType: 'e', sentAt };
  return slack.sign(outgoing, settings);
}

test('slack › over HTTP, a challenge is answered as text where its signature holds, else with 401', async (t) => {
  const ingress = await startSlack(t);
  const text = textOf('url_verification');
  const answer = await post(ingress, text, { path, headers: signed(text) });
  const { challenge } = JSON.parse(text) as { challenge: string };
  assert.deepEqual([answer.status, answer.text], [200, challenge]);
  assert.match(answer.headers['content-type'] ?? '', /^text\/plain/);
  const unsigned = [{}, signed(`${text} `), signed(text, new Date(Date.now() - 400_000))];
  for (const headers of unsigned) {
    const refused = await post(ingress, text, {
      path,
      headers: { ...headers, 'content-type': 'application/json' },
    });
    assert.deepEqual([refused.status, refused.code], [401, 'SIGNATURE_INVALID']);
    assert.ok(!refused.text.includes(challenge));
  }
  assert.equal(ingress.accepted.length, 0);
});

for (const name of ['message', 'slash_command', 'block_actions', 'view_submission', 'app_rate_limited']) {
  test(`slack › over HTTP, a ${name} is accepted once and answered with an empty 200 both times`, async (t) => {
    const ingress = await startSlack(t);
    const text = textOf(name);
    for (const retry of [undefined, '1']) {
      const headers = { ...signed(text), ...(retry && { 'x-slack-retry-num': retry }) };
      const { status, text: body } = await post(ingress, text, { path, headers });
      assert.deepEqual([status, body], [200, '']);
    }
    assert.equal(ingress.accepted.length, 1);
    const [{ delivery, body }] = ingress.accepted as [Ingress['accepted'][number]];
    assert.equal(delivery.eventType, name);
    assert.doesNotMatch(Buffer.from(body).toString(), /verification-token|response_url|trigger_id/);
    assert.deepEqual(
      ingress.lines.map(({ status, retry }) => [status, retry]),
      [
        ['accepted', undefined],
        ['duplicate', '1'],
      ],
    );
  });
}

test('slack › over HTTP, other content types are refused', async (t) => {
  const ingress = await startSlack(t);
  const text = textOf('message');
  const answer = await post(ingress, text, {
    path,
    headers: { ...signed(text), 'content-type': 'text/xml' },
  });
  assert.equal(answer.status, 415);
});
