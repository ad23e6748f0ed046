import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { pino } from 'pino';
import { WebhookError } from '../../src/errors.ts';
import { validateMutations } from '../../src/graph/validate.ts';
import type { Accept } from '../../src/ingress/acceptance.ts';
import { createApp } from '../../src/ingress/app.ts';
import { listen, type Listening } from '../../src/ingress/listen.ts';
import { Rejections } from '../../src/ingress/rejections.ts';
import { parsePayload } from '../../src/payload.ts';
import { bringTogether } from '../../src/providers/together.ts';
import { assertTellsNothing, exchange, type Exchange } from './exchange.ts';
import { fuzzedRequest } from './fuzz-requests.ts';
import { heapInUse } from './heap.ts';
import { loadSenders, type Sender } from './senders.ts';

export interface FuzzOptions {
  readonly runs: number;
  /** To see the same requests again. */
  readonly seed?: number;
  readonly onProgress?: (done: number) => void;
}

export interface FuzzResult {
  readonly runs: number;
  readonly seed: number;
  /** How many answers there were of each status; 0 where the server hung up. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly accepted: number;
  /** Of the accepted ones, those whose effect is a dead letter, by its code. */
  readonly deadLetters: Readonly<Record<string, number>>;
  readonly heapGrowthBytes: number;
}

/** So many requests are under way at once. */
const atOnce = 10;
const progressEvery = 1000;

/**
 * Sends requests that nobody foresaw to the whole ingress, with every sender, over sockets. What is accepted is
 * normalized and checked as its workflow would.
 *
 * @throws AssertionError with the request and the seed where an answer is a 5xx, tells too much, or an effect fails in a
 * way that nobody foresaw
 */
export async function runFuzz({
  runs,
  seed = Date.now() >>> 0,
  onProgress,
}: FuzzOptions): Promise<FuzzResult> {
  const senders = await loadSenders();
  const effects = new Effects(senders);
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-fuzz-'));
  const server = await startServer(folder, senders, effects.accept);
  const statuses: Record<string, number> = {};
  let [done, warm] = [0, heapInUse()];
  const one = async (request: Exchange): Promise<void> => {
    const answer = await exchange(server.port, { ...request, halfClose: true });
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    const title = describe(request);
    assert.ok(answer.status < 500, `${answer.status} ${answer.text} to ${title}`);
    assertTellsNothing(answer, title);
    const [unforeseen] = effects.unforeseen;
    if (unforeseen !== undefined)
      assert.fail(`${unforeseen}\n(it is this request or one of those beside it) ${title}`);
  };
  try {
    const batch = fc.array(fuzzedRequest([...senders.values()]), { minLength: atOnce, maxLength: atOnce });
    const property = fc.asyncProperty(batch, async (requests) => {
      await Promise.all(requests.map(one));
      done += requests.length;
      if (done === progressEvery) warm = heapInUse();
      if (done % progressEvery === 0) onProgress?.(done);
    });
    const parameters = { numRuns: Math.ceil(runs / atOnce), seed, endOnFailure: true };
    await fc.assert(property, parameters).catch((error: unknown) => {
      throw causeOf(error);
    });
    await assertAlive(server, senders);
    const heapGrowthBytes = heapInUse() - warm;
    return {
      runs: done,
      seed,
      statuses,
      accepted: effects.accepted,
      deadLetters: effects.deadLetters,
      heapGrowthBytes,
    };
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function describe({ body, ...request }: Exchange): string {
  return JSON.stringify({
    ...request,
    body: body === undefined ? undefined : Buffer.from(body as Uint8Array).toString(),
  });
}

/** Fast-check's own words show ten requests, byte by byte; the cause shows the one. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause instanceof assert.AssertionError ? error.cause : error;
}

/** The ingress on a free port, with the rejections on disk. */
async function startServer(
  folder: string,
  senders: ReadonlyMap<string, Sender>,
  accept: Accept,
): Promise<Listening> {
  const log = pino({ level: 'silent' });
  const rejections = await Rejections.open(join(folder, 'rejections.json'), log);
  const app = createApp({
    ...{ providers: senders, accept, rejections, log, webhooksEnabled: true },
    maxBodyBytes: 1024 * 1024,
    info: { name: 'flow-state-webhooks' },
  });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const close = async (): Promise<void> => {
    await server.close();
    await rejections.close();
  };
  return { ...server, close };
}

async function assertAlive({ port }: Listening, senders: ReadonlyMap<string, Sender>): Promise<void> {
  for (const sender of senders.values()) {
    const { headers, body, path } = sender.honest();
    const answer = await exchange(port, { target: `/webhooks/${sender.name}${path}`, headers, body });
    assert.ok(answer.status >= 200 && answer.status < 300, `${sender.name}: ${answer.status} ${answer.text}`);
  }
}

/** What becomes of the accepted ones, without Temporal: ids are sound, and normalizing ends in a way that has a name. */
class Effects {
  readonly unforeseen: string[] = [];
  readonly deadLetters: Record<string, number> = {};
  accepted = 0;
  readonly #senders: ReadonlyMap<string, Sender>;
  readonly #together;

  constructor(senders: ReadonlyMap<string, Sender>) {
    this.#senders = senders;
    this.#together = bringTogether(senders.values(), []);
  }

  readonly accept: Accept = async ({ delivery, body, earlierIds }) => {
    this.accepted += 1;
    for (const id of [delivery.id, ...earlierIds]) assert.match(id, /^[!-.0-~]{1,200}$/);
    assert.match(delivery.eventType, /^[ -~]{1,200}$/);
    try {
      const { provider, settings } = this.#senders.get(delivery.provider) ?? assert.fail();
      const payload = parsePayload(body, delivery.contentType);
      const result = await provider.normalize({
        delivery: { ...delivery, payload },
        settings,
        enrichment: undefined,
      });
      if ('mutations' in result)
        validateMutations(this.#together.model, this.#together.connect(result.mutations));
    } catch (error) {
      if (error instanceof WebhookError)
        this.deadLetters[error.code] = (this.deadLetters[error.code] ?? 0) + 1;
      else
        this.unforeseen.push(`${delivery.provider} ${delivery.eventType}: ${String((error as Error).stack)}`);
    }
    return { status: 'accepted', deliveryId: delivery.id, workflowId: `${delivery.provider}:${delivery.id}` };
  };
}
