import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { graphSections } from '../../src/docs/graph-page.ts';
import { discoverProviders } from '../../src/providers/registry.ts';

const { providers } = await discoverProviders();
const { labels = '', relationships = '' } = await graphSections(providers);

function sectionOf(label: string): string {
  return labels.split('### ').find((section) => section.startsWith(`${label}\n`)) ?? '';
}

function rowsOf(type: string): string[] {
  return relationships.split('\n').filter((row) => row.startsWith(`| \`${type}\``));
}

suite('docs/graph-model.md', () => {
  test('says of every label what it is', () => {
    const without = labels.split('### ').filter((section) => /^\w+\n\n(?:Written by|\|)/.test(section));
    assert.deepEqual(without, []);
  });

  test('knows which events write a label, which end it, and who tells its properties', () => {
    const task = sectionOf('Task');
    assert.match(task, /Written by ClickUp .*`taskCreated`/);
    assert.match(task, /Ends with ClickUp .*`taskDeleted`/);
    assert.match(task, /\| `due_date` \| time \| ClickUp \|/);
  });

  test('lists the providers that share a label', () => {
    assert.match(sectionOf('Message'), /Written by Discord .*`MESSAGE_CREATE`.*; Slack .*`message`/);
    assert.match(sectionOf('Team'), /\*ClickUp:\* .* \*GitHub:\* /);
  });

  test('has a row for each pair of a relationship, with the events that begin and end it', () => {
    assert.equal(rowsOf('ASSIGNED_TO').length, 3);
    const task = rowsOf('ASSIGNED_TO').find((row) => row.includes('Task → User')) ?? '';
    assert.match(task, /ClickUp .*`taskAssigneeUpdated`.* \| ClickUp .*`taskAssigneeUpdated`/);
    assert.match(rowsOf('STARRED')[0] ?? '', /User → Repository \| GitHub `star`.* \| GitHub `star` \|/);
  });
});
