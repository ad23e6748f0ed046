import { merged, type Post, samplesOf } from './day.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 2, 2, 18, minute, 0, 250));
const repository = 'https://github.com/acme/checkout';

interface PullRequest {
  readonly body?: string;
  readonly number: number;
  readonly title: string;
  readonly branch: string;
}

/** What is left open when the day ends: pull requests with and without a task, tasks in review with and without one. */
export async function theEvening(): Promise<readonly Post[]> {
  const samples = await samplesOf(['clickup', 'github', 'slack']);
  const post = (title: string, sample: string, payload: unknown): Omit<Post, 'receivedAt'> => {
    const [provider = '', event = ''] = sample.split('/');
    return { title, provider, event, payload: merged(samples.get(sample)?.payload, payload) };
  };
  const pullRequest = ({ number, title, branch, body = '' }: PullRequest) =>
    post(title, 'github/pull_request', {
      number,
      pull_request: {
        id: 279147400 + number,
        ...{ number, title, body, html_url: `${repository}/pull/${number}` },
        head: { ref: branch },
        created_at: `2026-03-02T17:${number}:00Z`,
        updated_at: `2026-03-02T17:${number}:00Z`,
      },
    });
  const inReview = (id: string, minute: number) =>
    post(`${id} waits for its review`, 'clickup/taskStatusUpdated', {
      task_id: id,
      history_items: [
        {
          id: `41022334455667799${minute}`,
          date: String(at(minute).getTime()),
          after: { status: 'in review', type: 'custom' },
        },
      ],
    });
  const push = (branch: string, message: string) => {
    const commit = { id: 'b'.repeat(40), message, timestamp: '2026-03-02T17:00:00Z' };
    const url = `${repository}/commit/${commit.id}`;
    return post(`a push to ${branch}`, 'github/push', {
      ref: `refs/heads/${branch}`,
      after: commit.id,
      commits: [{ ...commit, url }],
      head_commit: { ...commit, url },
    });
  };
  const posts = [
    pullRequest({ number: 21, title: 'Tidy the readme', branch: 'tidy', body: 'after #77' }),
    pullRequest({ number: 22, title: 'Round the totals CU-86c2q7x2b', branch: 'totals' }),
    push('fares', 'Sum the fares, CU-86c2q7x2c'),
    pullRequest({ number: 23, title: 'Sum the fares', branch: 'fares' }),
    inReview('86c2q7x2b', 31),
    inReview('86c2q7x2c', 32),
    inReview('86c2q7x2d', 33),
    post('Ann thanks Ben', 'slack/message', {
      event_id: 'Ev1772474400000200',
      event_time: 1772474400,
      event: {
        channel: 'C02GENERAL1',
        user: 'U02ANN00001',
        text: 'thanks <@U02BEN00001>',
        ts: '1772474400.000200',
        event_ts: '1772474400.000200',
      },
    }),
  ];
  return posts.map((one, index) => ({ ...one, receivedAt: at(index) }));
}
