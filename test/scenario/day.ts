import { loadFixtures } from '../../src/providers/registry.ts';

/** One post of a sender, as it happened on the day. */
export interface Post {
  /** What happened, in words. */
  readonly title: string;
  readonly provider: string;
  readonly event: string;
  readonly payload: unknown;
  readonly receivedAt: Date;
  /** What the ClickUp API says of the task meanwhile. */
  readonly enrichment?: unknown;
}

export const task = '86c2q7x1a';
const thread = '1772446560.000600';
const permalink = `https://acme.slack.com/archives/C02GENERAL1/p${thread.replace('.', '')}`;
const pullRequest = 'https://github.com/acme/checkout/pull/12';
const slackMessage = { channel: 'C02GENERAL1', channel_type: 'channel' };
const ann = 'U02ANN00001';
const ben = 'U02BEN00001';

/** The senders of the day, as config.yaml has them. */
export function providersOfTheDay(clickUpApi: string): string {
  return `
    clickup: { enabled: true, webhook_secret: clickup-secret, api_token: pk_test, api_url: "${clickUpApi}" }
    github: { enabled: true, webhook_secret: github-secret }
    slack: { enabled: true, webhook_secret: slack-secret }
    discord:
      enabled: true
      public_key: "${'1'.repeat(64)}"
      relay_secret: whsec_${Buffer.from('a-relay-secret-of-the-day-0123456').toString('base64')}
    deploys:
      type: custom
      enabled: true
      webhook_secret: deploys-secret
      signature: { scheme: hmac, header: x-deploy-signature }
      delivery_id: "{body:id}"
      event_type: deploy.finished
      event_time: { from: "{body:finished_at}" }
      mapping:
        nodes: { Deploy: { environment: string, note: string } }
        edges: {}
        texts: { Deploy: [note] }
        expression: |
          { "nodes": [{ "label": "Deploy", "key": "deploys:deploy:" & id,
                        "properties": { "environment": environment, "note": note } }] }`;
}

/** Who is who beyond what their e-mail addresses tell. */
export const peopleOfTheDay = [
  { name: 'Ben Okafor', clickup: '38211002', github: 'octo-ben', slack: 'U02BEN00001' },
];

type Json = Record<string, unknown>;

/** From the task to its deploy: a day in the life of a small team, as five senders tell it. */
export async function theDay(): Promise<readonly Post[]> {
  const samples = await samplesOf(['clickup', 'github', 'slack', 'discord']);
  const shown = samples.get('clickup/taskUpdated.enriched')?.enrichment;
  const posts: Post[] = [];
  const tell = (title: string, provider: string, given: { sample?: string; event?: string; with?: Json }) => {
    const sample = samples.get(`${provider}/${given.sample ?? given.event ?? ''}`);
    posts.push({
      title,
      provider,
      event: given.event ?? sample?.eventType ?? '',
      payload: merged(sample?.payload ?? {}, given.with ?? {}),
      receivedAt: new Date(Date.UTC(2026, 2, 2, 12, posts.length, 0, 250)),
      ...(provider === 'clickup' ? { enrichment: shown } : {}),
    });
  };
  const slack = (user: string, text: string, ts: string): Json => ({
    event_id: `Ev${ts.replace('.', '')}`,
    event_time: Number(ts.slice(0, 10)),
    event: { ...slackMessage, user, text, ts, event_ts: ts },
  });
  const review = {
    id: 501,
    body: `Good. Closes CU-${task}`,
    html_url: `${pullRequest}#pullrequestreview-501`,
  };

  tell('Ada makes a task', 'clickup', {
    sample: 'taskUpdated.enriched',
    event: 'taskCreated',
    with: { event: 'taskCreated' },
  });
  tell('Ann shows her e-mail address', 'slack', {
    sample: 'user_change',
    with: { event: { user: { profile: { email: 'ada@example.com' } } } },
  });
  tell('Ann asks about the task', 'slack', {
    sample: 'message',
    with: slack(ann, `Who takes <https://app.clickup.com/t/${task}>?`, thread),
  });
  tell('Ben takes it', 'clickup', { sample: 'taskAssigneeUpdated' });
  tell('its twin', 'clickup', { sample: 'taskUpdated.assignee-added', event: 'taskUpdated' });
  tell('somebody asks for a review before the pull request is told', 'discord', {
    sample: 'MESSAGE_CREATE',
    with: {
      d: {
        id: '1477972737392640005',
        content: 'please review acme/checkout#12',
        mentions: [],
        mention_roles: [],
      },
    },
  });
  tell('Ben pushes', 'github', {
    sample: 'push',
    with: {
      ref: `refs/heads/CU-${task}-dates`,
      commits: [{ message: `Show the dates, CU-${task}` }],
      head_commit: { message: `Show the dates, CU-${task}` },
    },
  });
  tell('Ben opens a pull request', 'github', {
    sample: 'pull_request',
    with: {
      pull_request: {
        title: 'Show the dates',
        body: `Asked in ${permalink}`,
        head: { ref: `CU-${task}-dates` },
      },
    },
  });
  tell('an issue is opened', 'github', {
    sample: 'issues',
    event: 'issues',
    with: { action: 'opened', issue: { title: 'Dates are off', body: 'since #12' } },
  });
  tell('a comment in ClickUp', 'clickup', {
    sample: 'taskCommentPosted',
    with: {
      history_items: [
        {
          comment: {
            text_content: `See ${pullRequest}`,
            comment: [{ text: `See ${pullRequest}`, attributes: {} }],
          },
        },
      ],
    },
  });
  tell('Ben answers', 'slack', {
    sample: 'message',
    with: slack(ben, `on it: ${pullRequest} for CU-${task}`, '1772447000.000100'),
  });
  tell('and takes it back', 'slack', {
    sample: 'message.message_changed',
    with: {
      event_id: 'Ev1772447100000100',
      event_time: 1772447100,
      event: {
        channel: 'C02GENERAL1',
        ts: '1772447100.000100',
        event_ts: '1772447100.000100',
        message: {
          user: ben,
          text: `on it: ${pullRequest}`,
          ts: '1772447000.000100',
          edited: { user: 'U02BEN00001', ts: '1772447100.000000' },
        },
      },
    },
  });
  tell('a review', 'github', {
    sample: 'pull_request_review',
    with: {
      review,
      pull_request: {
        title: 'Show the dates',
        body: `Asked in ${permalink}`,
        head: { ref: `CU-${task}-dates` },
      },
    },
  });
  tell('a message that is deleted', 'discord', {
    sample: 'MESSAGE_CREATE',
    with: {
      d: {
        id: '1477972737392649999',
        content: `never mind CU-${task}`,
        timestamp: '2026-03-02T10:20:00.000000+00:00',
      },
    },
  });
  tell('its deletion', 'discord', { sample: 'MESSAGE_DELETE', with: { d: { id: '1477972737392649999' } } });
  tell('the merge', 'github', {
    sample: 'pull_request.closed-merged',
    with: {
      pull_request: {
        title: 'Show the dates',
        body: `Asked in ${permalink}`,
        head: { ref: `CU-${task}-dates` },
      },
    },
  });
  tell('the task is in progress', 'clickup', { sample: 'taskStatusUpdated' });
  tell('the deploy', 'deploys', {
    event: 'deploy.finished',
    with: {
      id: 'd-7',
      environment: 'production',
      note: `acme/checkout#12, https://discord.com/channels/1467100849766400007/1467463237632000008/1477972737392640005`,
      finished_at: '2026-03-02T11:30:00Z',
    },
  });
  return posts;
}

export interface Sample {
  readonly eventType: string;
  readonly payload?: unknown;
  readonly enrichment?: unknown;
}

export async function samplesOf(providers: readonly string[]): Promise<Map<string, Sample>> {
  const samples = new Map<string, Sample>();
  for (const provider of providers) {
    for (const fixture of await loadFixtures(provider)) {
      const payload = provider === 'github' ? asOurs(fixture.payload) : fixture.payload;
      samples.set(`${provider}/${fixture.name}`, { ...fixture, payload });
    }
  }
  return samples;
}

/** GitHub's published examples, moved into the repository, the people and the day of the others. */
function asOurs(payload: unknown): unknown {
  const text = JSON.stringify(payload ?? {})
    .replaceAll('Codertocat/Hello-World', 'acme/checkout')
    .replaceAll('Codertocat', 'octo-ben')
    .replaceAll('"number":2,', '"number":12,')
    .replace(/\/(pull|pulls|issues)\/2\b/g, '/$1/12')
    .replaceAll('2019-05-15T15', '2026-03-02T10');
  return JSON.parse(text);
}

/** Objects and lists member by member; anything else is replaced. */
export function merged(base: unknown, change: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(change)) {
    return change.map((item, index) => merged(base[index], item));
  }
  if (!isObject(base) || !isObject(change)) return change;
  const keys = new Set([...Object.keys(base), ...Object.keys(change)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in change ? merged(base[key], change[key]) : base[key]]),
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
