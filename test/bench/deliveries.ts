import { createHash, randomUUID } from 'node:crypto';
import { createRequire } from 'node:module';

export interface BenchDelivery {
  readonly id: string;
  readonly event: string;
  readonly body: Buffer;
}

interface Example {
  readonly name: string;
  readonly examples: readonly Payload[];
}

type Payload = Record<string, unknown>;

const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as readonly Example[];

/** Events that a busy team sends; their bodies are 14 KB in the mean. */
const kinds = ['push', 'issues', 'issue_comment', 'check_run', 'pull_request'];

const templates = kinds.flatMap((event) =>
  (examples.find(({ name }) => name === event)?.examples ?? [])
    .filter(({ action }) => event !== 'pull_request' || action === 'opened' || action === 'closed')
    .map((payload) => ({ event, payload: JSON.stringify(payload) })),
);

const repositories = 500;
/** So many issues, pull requests and comments there are before events come back to the same ones. */
const items = 4000;

/** Real GitHub payloads with the ids of some 500 repositories; the ids of the deliveries are unique. */
export function deliveries(count: number, offset = 0): BenchDelivery[] {
  return Array.from({ length: count }, (_, index) => delivery(offset + index));
}

function delivery(index: number): BenchDelivery {
  const template = templates[index % templates.length];
  if (template === undefined) throw new Error('@octokit/webhooks-examples has none of the events.');
  const payload = JSON.parse(template.payload) as Payload;
  const repository = (index * 7) % repositories;
  renameRepository(payload['repository'], repository);
  const pull = payload['pull_request'] as { base?: Payload; head?: Payload } | undefined;
  renameRepository(pull?.base?.['repo'], repository);
  renameRepository(pull?.head?.['repo'], repository);
  for (const name of ['issue', 'pull_request', 'comment', 'check_run']) renumber(payload[name], index);
  renameCommits(payload, index);
  return { id: randomUUID(), event: template.event, body: Buffer.from(JSON.stringify(payload)) };
}

function renameRepository(repository: unknown, index: number): void {
  if (!isObject(repository)) return;
  const name = `repository-${index}`;
  Object.assign(repository, { id: 700_000_000 + index, name, full_name: `bench/${name}` });
}

function renumber(item: unknown, index: number): void {
  if (!isObject(item)) return;
  Object.assign(item, { id: 800_000_000 + (index % items) });
  if ('number' in item) Object.assign(item, { number: 1 + (index % items) });
}

function renameCommits(payload: Payload, index: number): void {
  const { commits, head_commit: head } = payload;
  if (!Array.isArray(commits)) return;
  for (const [place, commit] of (commits as unknown[]).entries()) {
    if (isObject(commit)) commit['id'] = sha(`${index} ${place}`);
  }
  if (isObject(head)) head['id'] = sha(`${index} ${commits.length - 1}`);
  if (commits.length > 0) payload['after'] = sha(`${index} ${commits.length - 1}`);
}

function sha(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

function isObject(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null;
}
