import { createHash } from 'node:crypto';
import { idempotencyKey } from '../../src/delivery.ts';
import { payloadOf } from './system.ts';

/** A delivery that a test sends, and what must become of it. */
export interface TestDelivery {
  readonly provider: 'github' | 'slack';
  readonly id: string;
  readonly eventType: string;
  readonly body: Buffer;
  /** `dead-letter`: a payload that no code can read. */
  readonly fate: 'written' | 'dead-letter';
}

export function keyOf({ provider, id }: TestDelivery): string {
  return idempotencyKey(provider, id);
}

interface IssuePayload {
  issue: Record<string, unknown>;
  readonly repository: object;
  readonly sender: object;
}

/** What GitHub tells of each issue; of every third one it is the last that it was deleted. */
const story = ['opened', 'edited', 'closed'] as const;
const epoch = Date.parse('2026-01-01T00:00:00Z');

/** Makes the n-th delivery, which is a part of the story of an issue, and the same each time it is asked for. */
export type Teller = (n: number) => TestDelivery;

export async function issueTeller(name: string): Promise<Teller> {
  const payload = JSON.parse((await payloadOf('github', 'issues')).toString()) as IssuePayload;
  return (n) => {
    const number = Math.floor(n / story.length) + 1;
    const step = n % story.length;
    const action = step === 2 && number % 3 === 0 ? 'deleted' : (story[step] ?? '');
    const issue = {
      ...payload.issue,
      ...{ id: 1_000_000 + number, number, node_id: undefined, html_url: undefined },
      title: `Issue ${number}, ${action}`,
      state: action === 'closed' ? 'closed' : 'open',
      updated_at: new Date(epoch + (number * 10 + step) * 1000).toISOString(),
    };
    return {
      provider: 'github',
      id: `${name}-${n}`,
      eventType: 'issues',
      body: Buffer.from(JSON.stringify({ ...payload, action, issue })),
      fate: 'written',
    };
  };
}

/** In each block of so many, deletions come before creations, and every fifth delivery comes a second time. */
const block = 30;

/** Deliveries out of order and with duplicates, for as long as somebody wants them. */
export function* shuffled(tell: Teller, isWanted: (n: number) => boolean): Generator<TestDelivery> {
  for (let n = 0; isWanted(n); n += 1) {
    yield tell(placeOf(n));
    if (n % 5 === 4) yield tell(placeOf(n - 3));
  }
}

function placeOf(n: number): number {
  return n - (n % block) + ((n * 19 + 11) % block);
}

/** So many of them. */
export async function issueDeliveries(name: string, count: number): Promise<TestDelivery[]> {
  return [...shuffled(await issueTeller(name), (n) => n < count)];
}

/** Signed, accepted, and then unreadable. */
export function poison(name: string, n: number): TestDelivery {
  const body = Buffer.from(JSON.stringify({ action: 'opened', issue: { title: n }, repository: 'none' }));
  return { provider: 'github', id: `${name}-poison-${n}`, eventType: 'issues', body, fate: 'dead-letter' };
}

/** Messages of Slack, each another one. */
export async function slackDeliveries(name: string, count: number): Promise<TestDelivery[]> {
  const payload = JSON.parse((await payloadOf('slack', 'message')).toString()) as { event: object };
  return Array.from({ length: count }, (_, n) => {
    const ts = `17724465${String(n).padStart(2, '0').slice(-2)}.${String(n).padStart(6, '0')}`;
    const event = { ...payload.event, ts, event_ts: ts, client_msg_id: `${name}-${n}` };
    const id = `Ev${name}${n}`;
    const body = Buffer.from(JSON.stringify({ ...payload, event, event_id: id }));
    return { provider: 'slack', id, eventType: 'message', body, fate: 'written' };
  });
}

/** Made larger by a field that nobody reads and nothing compresses much; the same each time. */
export function swollen(delivery: TestDelivery, bytes: number): TestDelivery {
  const payload = JSON.parse(delivery.body.toString()) as object;
  const bare = Buffer.byteLength(JSON.stringify({ ...payload, padding: '' }));
  const noise = createHash('shake256', { outputLength: 65_536 }).update(delivery.id).digest('base64');
  const padding = noise.repeat(Math.ceil(bytes / noise.length)).slice(0, bytes - bare);
  return { ...delivery, body: Buffer.from(JSON.stringify({ ...payload, padding })) };
}
