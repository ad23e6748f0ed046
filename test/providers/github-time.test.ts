import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Mutation } from '../../src/provider-kit.ts';
import { pullRequestIdOf } from '../../src/providers/github/node-id.ts';
import { edgesOf, includesAll, normalize, payloadOf, propertiesOf } from './github-support.ts';

const repository = 'github:repository:186853002';
const branch = 'github:branch:186853002:master';
const tag = 'github:tag:186853002:simple-tag';

function removedBy(mutations: readonly Mutation[]): string[] {
  return mutations.flatMap((mutation) => (mutation.op === 'delete-node' ? [mutation.node.key] : []));
}

/** The payload with the given value at a path: `change(payload, 'issue.user', null)`; undefined takes it away. */
function change(payload: object, path: string, value: unknown): Record<string, unknown> {
  const copy = JSON.parse(JSON.stringify(payload)) as Record<string, unknown>;
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const target = keys.reduce((inside, key) => inside[key] as Record<string, unknown>, copy);
  target[last] = value;
  return JSON.parse(JSON.stringify(copy)) as Record<string, unknown>;
}

test('github › a push moves its branch to the head commit, at the time of the push', () => {
  const meaning = normalize('push', payloadOf('push'));
  const commit = 'github:commit:6113728f27ae82c7b1a177c8d03f9e96e0adf246';
  assert.equal(meaning.eventTime, '2019-05-15T15:20:57.000002Z');
  includesAll(meaning, [
    `${branch} PART_OF ${repository}`,
    `${branch} POINTS_AT ${commit}`,
    `${commit} PUSHED_TO ${branch}`,
    `github:user:21031067 PUSHED ${branch}`,
    `github:user:21031067 AUTHORED ${commit}`,
  ]);
  assert.equal(propertiesOf(meaning, commit)['committed_at'], '2019-05-15T15:19:25.000000Z');
});

test('github › the author of a commit is a person only where the payload has the id', () => {
  const payload = payloadOf('push');
  const other = { ...payload, sender: { id: 1, login: 'somebody-else' } };
  assert.deepEqual(
    edgesOf(normalize('push', other)).filter((edge) => edge.includes('AUTHORED')),
    [],
  );
});

test('github › a push of 2,000 commits gives each of them, once', () => {
  const payload = payloadOf('push');
  const commits = Array.from({ length: 2000 }, (_, index) => ({
    ...(payload['commits'] as object[])[0],
    id: index.toString(16).padStart(40, '0'),
  }));
  const head = commits.at(-1);
  const { mutations } = normalize('push', { ...payload, commits, head_commit: head, after: head?.id });
  const written = mutations.filter((m) => m.op === 'upsert-node' && m.node.label === 'Commit');
  assert.equal(written.length, 2000);
  assert.ok(
    mutations.slice(0, 3).every((m) => JSON.stringify(m).includes(branch)),
    'the branch comes first',
  );
});

test('github › a deleted branch or tag is removed by either event, with no commits and no head', () => {
  assert.deepEqual(removedBy(normalize('push', payloadOf('push.tag-deleted')).mutations), [tag]);
  assert.deepEqual(removedBy(normalize('delete', payloadOf('delete')).mutations), [tag]);
  assert.equal(propertiesOf(normalize('create', payloadOf('create')), tag)['name'], 'simple-tag');
});

test('github › a tag that is made and deleted in one second stays deleted', () => {
  const made = change(payloadOf('create'), 'repository.pushed_at', '2019-05-15T15:20:57Z');
  const { eventTime } = normalize('create', made);
  const deleted = normalize('delete', payloadOf('delete')).eventTime;
  assert.ok(eventTime !== undefined && deleted !== undefined && eventTime < deleted);
});

test('github › a branch with a slash or beyond ASCII keeps a readable, bounded key', () => {
  const push = normalize(
    'push',
    change(payloadOf('push'), 'ref', `refs/heads/feature/ümlaut-${'x'.repeat(300)}`),
  );
  const keys = push.mutations.flatMap((m) => ('node' in m && m.node.label === 'Branch' ? [m.node.key] : []));
  assert.match(keys[0] ?? '', /^github:branch:186853002:feature_mlaut-x+~[0-9a-f]{64}$/);
  assert.ok((keys[0] ?? '').length <= 200);
});

test('github › of two events in one second the check that ended wins over the check that began', () => {
  const begun = normalize('check_run', payloadOf('check_run.created')).eventTime;
  const ended = normalize('check_run', payloadOf('check_run')).eventTime;
  assert.ok(begun !== undefined && ended !== undefined && begun < ended);
  assert.equal(begun.slice(0, 19), ended.slice(0, 19));
});

test('github › a label that an action names holds against the lists of the same second', () => {
  const { eventTime, mutations } = normalize('issues', payloadOf('issues.labeled'));
  const named = mutations.find((m) => m.op === 'upsert-edge' && m.type === 'HAS_LABEL');
  assert.ok(eventTime !== undefined && named?.at !== undefined && named.at > eventTime);
  assert.equal(named.at.slice(0, 19), eventTime.slice(0, 19));
});

test('github › what stands beside the subject has its own time, not that of the event', () => {
  const { eventTime, mutations } = normalize('pull_request', payloadOf('pull_request.closed-merged'));
  const shown = mutations.find((m) => m.op === 'upsert-node' && m.node.key === repository);
  assert.equal(eventTime, '2019-05-15T15:21:18.000004Z');
  assert.equal(shown?.at, '2019-05-15T15:21:14.000000Z');
});

test('github › a deletion is later than the last change, however far our clock is behind', () => {
  const payload = payloadOf('issue_comment.deleted');
  assert.equal(normalize('issue_comment', payload).eventTime, '2026-01-02T03:04:05.678000Z');
  const early = normalize('issue_comment', payload, '2001-01-01T00:00:00.000Z').eventTime;
  assert.equal(early, '2019-05-15T15:20:22.000009Z');
});

test('github › a repository keeps its key when it is renamed and is gone when it is deleted', () => {
  const renamed = normalize('repository', payloadOf('repository.renamed'));
  assert.equal(propertiesOf(renamed, 'github:repository:186853261')['name'], 'Hello-World');
  const deleted = normalize('repository', payloadOf('repository.deleted'));
  assert.deepEqual(removedBy(deleted.mutations), ['github:repository:186853261']);
  assert.deepEqual(propertiesOf(deleted, 'github:repository:186853261'), {});
});

test('github › unknown fields change nothing, missing parts leave out what they would give', () => {
  const payload = payloadOf('issues');
  const plain = normalize('issues', payload);
  assert.deepEqual(
    normalize('issues', { ...change(payload, 'issue.brand_new', { a: 1 }), extra: [] }),
    plain,
  );
  const ghost = normalize('issues', change(change(payload, 'issue.user', null), 'issue.labels', undefined));
  assert.deepEqual(
    edgesOf(ghost).filter((edge) => / OPENED | HAS_LABEL /.test(edge)),
    [],
  );
  const bare = { action: 'opened', issue: { id: 1, number: 1 }, repository: { id: 2 } };
  includesAll(normalize('issues', bare), ['github:issue:1 PART_OF github:repository:2']);
});

const required = [
  ['push', 'push', 'ref'],
  ['push', 'push', 'repository'],
  ['create', 'create', 'ref_type'],
  ['pull_request', 'pull_request', 'pull_request.id'],
  ['pull_request', 'pull_request', 'pull_request.number'],
  ['issues', 'issues', 'issue'],
  ['issue_comment', 'issue_comment', 'comment.id'],
  ['release', 'release', 'release'],
  ['workflow_job', 'workflow_job', 'workflow_job.run_id'],
  ['star', 'star', 'sender'],
] as const;
for (const [event, fixture, path] of required) {
  test(`github › ${event} without ${path} is refused by the name of the field`, () => {
    assert.throws(() => normalize(event, change(payloadOf(fixture), path, undefined)), {
      code: 'PAYLOAD_INVALID',
      message: new RegExp(`payload's ${path.replaceAll('.', '\\.')} is unusable`),
    });
  });
}

test('github › the id of a pull request is read from both forms of its node id, and from nothing else', () => {
  assert.equal(pullRequestIdOf('MDExOlB1bGxSZXF1ZXN0Mjc5MTQ3NDM3', '186853002'), '279147437');
  assert.equal(pullRequestIdOf('PR_kwDOHg7_zs455Vc6', '504299470'), '971331386');
  assert.equal(pullRequestIdOf('PR_kwDOHg7_zs455Vc6', '1'), undefined, 'another repository');
  assert.equal(pullRequestIdOf('PR_kwDOHg7_zs455Vc', '504299470'), undefined, 'cut off');
  assert.equal(pullRequestIdOf('I_kwDOHg7_zs455Vc6', '504299470'), undefined);
  assert.equal(pullRequestIdOf('MDU6SXNzdWU0NDQ1MDAwNDE=', '186853002'), undefined, 'an issue');
  assert.equal(pullRequestIdOf('PR_', '1'), undefined);
});
