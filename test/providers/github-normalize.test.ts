import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgesOf, includesAll, normalize, payloadOf, propertiesOf } from './github-support.ts';

const repository = 'github:repository:186853002';
const pullRequest = 'github:pull_request:279147437';
const user = 'github:user:21031067';
const issue = 'github:issue:444500041';
const bug = 'github:label:1362934389';

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

test('github › nobody in a list is left out, and a team among the reviewers is no user', () => {
  const payload = payloadOf('pull_request');
  const shown = payload['pull_request'] as Record<string, unknown>;
  Object.assign(shown, {
    assignees: [null, { id: 21031067, login: 'Codertocat' }],
    requested_reviewers: [null, { id: 5346, login: 'hubot' }, { id: 77, name: 'devs', slug: 'devs' }],
    requested_teams: [{ id: 77, name: 'devs', slug: 'devs' }],
  });
  const meaning = normalize('pull_request', payload);
  includesAll(meaning, [
    `${pullRequest} ASSIGNED_TO ${user}`,
    `${pullRequest} REVIEW_REQUESTED github:user:5346`,
    `${pullRequest} REVIEW_REQUESTED github:team:77`,
  ]);
  assert.ok(!edgesOf(meaning).some((edge) => edge.includes('github:user:77')));
  for (const name of ['member', 'membership'])
    assert.ok(
      !edgesOf(normalize(name, { ...payloadOf(name), member: null })).some((edge) =>
        edge.includes('user:undefined'),
      ),
    );
});

test('github › a job that never ran completes before it starts, and is newer than when it was queued', () => {
  const payload = payloadOf('workflow_job');
  const job = {
    ...(payload['workflow_job'] as object),
    created_at: '2026-03-02T10:00:00Z',
    started_at: '2026-03-02T10:00:01Z',
  };
  const queued = normalize('workflow_job', { ...payload, action: 'queued', workflow_job: job });
  const skipped = {
    ...job,
    completed_at: '2026-03-02T10:00:00Z',
    conclusion: 'skipped',
    status: 'completed',
  };
  const completed = normalize('workflow_job', { ...payload, action: 'completed', workflow_job: skipped });
  assert.ok((completed.eventTime ?? '') > (queued.eventTime ?? ''));
});
