import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Fixture, Mutation } from '../../src/provider-kit.ts';
import type { GraphModel, PropertyType } from '../../src/graph/model.ts';
import github from '../../src/providers/github/index.ts';

interface Examples {
  readonly name: string;
  readonly examples: readonly Record<string, unknown>[];
}
const captured = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Examples[];

interface Meaning {
  readonly eventTime?: string | undefined;
  readonly mutations: readonly Mutation[];
}

function normalize(eventType: string, payload: unknown, receivedAt = '2026-01-02T03:04:05.678Z'): Meaning {
  const head = { provider: 'github', id: 'd', contentType: 'application/json', bodySha256: '' };
  const result = github.normalize({
    delivery: { ...head, eventType, receivedAt, payload },
    settings: { webhook_secret: ['s'] },
    enrichment: undefined,
  });
  assert.ok(!(result instanceof Promise) && 'mutations' in result);
  return result;
}

/** The payload of a fixture, freely changeable. */
function payloadOf(name: string): Record<string, never> {
  const file = new URL(`../../../src/providers/github/fixtures/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as Fixture).payload as Record<string, never>;
}

const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
const kinds: Readonly<Record<PropertyType, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  integer: Number.isSafeInteger,
  float: Number.isFinite,
  boolean: (value) => typeof value === 'boolean',
  time: (value) => typeof value === 'string' && isTime.test(value),
  strings: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

/** What is wrong with a mutation by the model: the empty list if nothing is. */
function faultsOf(mutation: Mutation, { nodes, edges }: GraphModel): string[] {
  const faults = mutation.at === undefined || isTime.test(mutation.at) ? [] : [`time ${mutation.at}`];
  if (mutation.op === 'upsert-node') {
    const types = nodes[mutation.node.label] ?? {};
    for (const [name, value] of Object.entries(mutation.properties)) {
      const type = types[name];
      if (type === undefined) faults.push(`property ${mutation.node.label}.${name}`);
      else if (value !== undefined && value !== null && !kinds[type](value))
        faults.push(`${name}: ${String(value)}`);
    }
  }
  const ends = endsOf(mutation);
  for (const key of ends.flatMap(({ from, to }) => [from.key, to.key])) {
    if (!/^github:[a-z_]+:[!-.0-~]+$/.test(key) || key.includes('undefined')) faults.push(`key ${key}`);
  }
  if ('type' in mutation) {
    const pairs = edges[mutation.type] ?? [];
    for (const { from, to } of ends) {
      if (!pairs.some(([a, b]) => a === from.label && b === to.label)) {
        faults.push(`${from.label} ${mutation.type} ${to.label}`);
      }
    }
  }
  return faults;
}

function endsOf(mutation: Mutation) {
  if ('from' in mutation) return [{ from: mutation.from, to: mutation.to }];
  if (!('others' in mutation)) return [{ from: mutation.node, to: mutation.node }];
  return mutation.others.map((other) => ({ from: mutation.node, to: other }));
}

/** Edges as sentences, the properties of a node, the keys that are removed: what tests ask for. */
function edgesOf({ mutations }: Meaning): string[] {
  return mutations.flatMap((mutation) => {
    if (!('type' in mutation)) return [];
    const sign = mutation.op === 'delete-edge' ? 'not ' : '';
    return endsOf(mutation).map(({ from, to }) => `${sign}${from.key} ${mutation.type} ${to.key}`);
  });
}
function propertiesOf({ mutations }: Meaning, key: string): Record<string, unknown> {
  const written = mutations.flatMap((m) =>
    m.op === 'upsert-node' && m.node.key === key ? [m.properties] : [],
  );
  return Object.assign({}, ...written) as Record<string, unknown>;
}
function includesAll(meaning: Meaning, expected: readonly string[]): void {
  const edges = edgesOf(meaning);
  assert.deepEqual(
    expected.filter((edge) => !edges.includes(edge)),
    [],
    edges.join('\n'),
  );
}

const repository = 'github:repository:186853002';
const pullRequest = 'github:pull_request:279147437';
const user = 'github:user:21031067';
const issue = 'github:issue:444500041';
const bug = 'github:label:1362934389';

test('github › every captured payload of GitHub normalizes, twice the same, within the model', () => {
  let count = 0;
  for (const { name, examples } of captured) {
    for (const payload of examples) {
      if (name === 'ping') continue;
      const first = normalize(name, payload);
      assert.deepEqual(normalize(name, payload), first);
      assert.ok(first.eventTime === undefined || isTime.test(first.eventTime), name);
      for (const mutation of first.mutations) {
        assert.deepEqual(faultsOf(mutation, github.model), [], `${name}: ${JSON.stringify(mutation)}`);
      }
      for (const shown of ['repository', 'sender'] as const) assertTouched(first, payload, shown);
      count += 1;
    }
  }
  assert.equal(count, 325);
});

function assertTouched({ mutations }: Meaning, payload: Record<string, unknown>, shown: string): void {
  const one = payload[shown] as { id: number } | undefined;
  if (one === undefined) return;
  const keys = mutations.flatMap((m) => ('node' in m ? [m.node.key] : []));
  assert.ok(
    keys.some((key) => key.endsWith(`:${one.id}`)),
    `${shown} ${one.id}`,
  );
}

test('github › an event that no reader knows gives its repository, its organization and its sender', () => {
  const { repository: where, sender } = payloadOf('watch');
  const meaning = normalize('brand_new_event', {
    action: 'odd',
    repository: where,
    organization: { id: 7 },
    sender,
  });
  assert.equal(meaning.eventTime, undefined);
  assert.equal(propertiesOf(meaning, repository)['full_name'], 'Codertocat/Hello-World');
  assert.equal(propertiesOf(meaning, user)['login'], 'Codertocat');
  assert.ok(meaning.mutations.some((m) => 'node' in m && m.node.key === 'github:organization:7'));
  assert.deepEqual(normalize('constructor', {}), { eventTime: undefined, mutations: [] });
});

test('github › an action that no reader knows still writes what is shown', () => {
  const payload = { ...payloadOf('pull_request'), action: 'frobnicated' };
  assert.equal(propertiesOf(normalize('pull_request', payload), pullRequest)['number'], 2);
});

test('github › a merged pull request knows its people, its branches, its labels and its commit', () => {
  const meaning = normalize('pull_request', payloadOf('pull_request.closed-merged'));
  const { title, state, merged, number, merged_at } = propertiesOf(meaning, pullRequest);
  assert.deepEqual(
    { title, state, merged, number, merged_at },
    {
      title: 'Update the README with new information.',
      state: 'closed',
      merged: true,
      number: 2,
      merged_at: '2019-05-15T15:21:18.000000Z',
    },
  );
  includesAll(meaning, [
    `${pullRequest} PART_OF ${repository}`,
    `${user} OPENED ${pullRequest}`,
    `${pullRequest} ASSIGNED_TO ${user}`,
    `${pullRequest} REVIEW_REQUESTED github:user:5346`,
    `${pullRequest} HAS_LABEL ${bug}`,
    `${pullRequest} HEAD github:branch:186853002:changes`,
    `${pullRequest} BASE github:branch:186853002:master`,
    `${user} MERGED ${pullRequest}`,
    `${pullRequest} MERGED_AS github:commit:c4295bd74fb0f4fda03689c3df3f2803b658fd85`,
  ]);
  const branches = meaning.mutations.filter((m) => m.op === 'upsert-node' && m.node.label === 'Branch');
  assert.deepEqual(branches, [], 'a branch that is only mentioned is not claimed to exist');
});

test('github › the trial merge of an open pull request is not its commit', () => {
  const edges = edgesOf(normalize('pull_request', payloadOf('pull_request')));
  assert.deepEqual(
    edges.filter((edge) => edge.includes('MERGED')),
    [],
  );
});

test('github › a review, its comment and the conversation meet at one pull request', () => {
  includesAll(normalize('pull_request_review', payloadOf('pull_request_review')), [
    `github:review:237895671 REVIEWS ${pullRequest}`,
    `${user} CREATED github:review:237895671`,
  ]);
  includesAll(normalize('pull_request_review_comment', payloadOf('pull_request_review_comment')), [
    `github:review_comment:284312630 COMMENTED_ON ${pullRequest}`,
    'github:review_comment:284312630 PART_OF github:review:237895671',
  ]);
  includesAll(normalize('issue_comment', payloadOf('issue_comment.on-pull-request')), [
    `github:issue_comment:492700400 COMMENTED_ON ${pullRequest}`,
  ]);
});

test('github › issues, sub-issues and comments are linked, and unlinked again', () => {
  includesAll(normalize('issues', payloadOf('issues')), [
    `${user} OPENED ${issue}`,
    `${issue} HAS_LABEL ${bug}`,
    `${issue} HAS_MILESTONE github:milestone:4317517`,
  ]);
  includesAll(normalize('issue_comment', payloadOf('issue_comment')), [
    `github:issue_comment:492700400 COMMENTED_ON ${issue}`,
  ]);
  includesAll(normalize('sub_issues', payloadOf('sub_issues')), [
    `github:issue:444500077 SUB_ISSUE_OF ${issue}`,
  ]);
  includesAll(normalize('sub_issues', payloadOf('sub_issues.removed')), [
    `not github:issue:444500077 SUB_ISSUE_OF ${issue}`,
  ]);
});

test('github › people and teams join and leave', () => {
  const organization = 'github:organization:38302899';
  const member = 'github:user:39652351';
  includesAll(normalize('organization', payloadOf('organization')), [`${member} MEMBER_OF ${organization}`]);
  includesAll(normalize('member', payloadOf('member')), [`${member} COLLABORATES_ON ${repository}`]);
  includesAll(normalize('member', payloadOf('member.removed')), [
    `not ${member} COLLABORATES_ON ${repository}`,
  ]);
  includesAll(normalize('membership', payloadOf('membership.removed')), [
    `not ${user} MEMBER_OF github:team:3253328`,
  ]);
  includesAll(normalize('star', payloadOf('star')), [`${user} STARRED ${repository}`]);
  includesAll(normalize('star', payloadOf('star.deleted')), [`not ${user} STARRED ${repository}`]);
  includesAll(normalize('fork', payloadOf('fork')), [`github:repository:186853261 FORK_OF ${repository}`]);
});
