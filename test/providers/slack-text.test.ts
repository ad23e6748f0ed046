import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionsOf, plainTextOf } from '../../src/providers/slack/text.ts';

const readings: readonly (readonly [string, string])[] = [
  ['a &lt;b&gt; &amp;amp; c', 'a <b> &amp; c'],
  ['<https://a.example/x?a=1&amp;b=2>', 'https://a.example/x?a=1&b=2'],
  ['<https://a.example|the page>', 'the page (https://a.example)'],
  ['<http://a.example|a.example>', 'http://a.example'],
  ['<mailto:ann@a.example|ann@a.example>', 'mailto:ann@a.example'],
  ['<@U02ANN00001> and <@U02BEN00001|ben>', '@U02ANN00001 and @ben'],
  ['<#C02GENERAL1|general> <#C02GENERAL1|>', '#general #C02GENERAL1'],
  ['<!here> <!subteam^S02BACKEND1|@backend>', '@here @backend'],
  ['<!date^1392734382^{date}|February 18th>', 'February 18th'],
  ['&lt;@U02ANN00001&gt; was typed', '<@U02ANN00001> was typed'],
  ['', ''],
];

for (const [markup, plain] of readings) {
  test(`slack › ${JSON.stringify(markup)} reads ${JSON.stringify(plain)}`, () => {
    assert.equal(plainTextOf(markup), plain);
  });
}

test('slack › mentions are users, channels and usergroups, each once', () => {
  const text =
    '<@U1A> <@U1A|ann> <#C1A|general> <!subteam^S1A> <!here> &lt;@U2B&gt; <https://a.example|@U3C>';
  assert.deepEqual(
    mentionsOf(text).map(({ key }) => key),
    ['slack:user:U1A', 'slack:channel:C1A', 'slack:usergroup:S1A'],
  );
});

test('slack › a long text full of opening brackets is read in no time', () => {
  const text = '<'.repeat(200_000) + '<@'.repeat(100_000);
  const startedAt = performance.now();
  plainTextOf(text);
  mentionsOf(text);
  assert.ok(performance.now() - startedAt < 1000);
});
