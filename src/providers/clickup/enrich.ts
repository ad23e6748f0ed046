import {
  type Delivery,
  type Enrich,
  EnrichRefusedError,
  EnrichUnavailableError,
  parseJson,
} from '#provider-kit';
import { taskIdOf } from './events.ts';
import { readAs, readAutomation, readEvent, task, type Task } from './schema.ts';
import type { Settings } from './settings.ts';
import { knownFields } from './task-history.ts';

/** What the API says of a task: what it is, or that it is no more. */
export type Enrichment = { readonly task: Task } | { readonly deleted: true };

export const enrich: Enrich<Settings, Enrichment> = { needed, fetch: fetchTask };

/**
 * Nothing but a rename tells a task's name, so with a token a task is fetched for `taskCreated` and `taskUpdated`: every
 * change comes as a `taskUpdated`, with or without a twin of a name of its own. Those twins are fetched for only where
 * they have nothing to read. A deleted task cannot be fetched, and an Automation brings its task along.
 */
function needed(delivery: Delivery, { api_token: token }: Settings): boolean {
  if (token === undefined || readAutomation(delivery.payload) !== undefined) return false;
  const read = readEvent(delivery.payload);
  const { event, history_items: items } = read;
  if (taskIdOf(read) === undefined || event === 'taskDeleted') return false;
  if (event === 'taskCreated' || event === 'taskUpdated') return true;
  return !(items ?? []).some(({ field }) => field && knownFields.has(field));
}

async function fetchTask(delivery: Delivery, settings: Settings, signal: AbortSignal): Promise<Enrichment> {
  const id = taskIdOf(readEvent(delivery.payload));
  if (id === undefined)
    throw new EnrichRefusedError(`The event ${delivery.eventType} names no task to fetch.`);
  const deadline = AbortSignal.timeout(settings.api_timeout_seconds * 1000);
  const { response, body } = await request(id, settings, AbortSignal.any([signal, deadline])).catch(
    (error: unknown) => {
      signal.throwIfAborted();
      throw unreachable(error);
    },
  );
  if (response.status === 404) return { deleted: true };
  if (!response.ok) throw refusal(response);
  return { task: readTask(id, body) };
}

/** @see https://developer.clickup.com/reference/gettask */
async function request(id: string, { api_url: url, api_token: token = '' }: Settings, signal: AbortSignal) {
  // A redirect is not followed: it would take the token elsewhere.
  const response = await fetch(
    `${url}/task/${encodeURIComponent(id.toWellFormed())}?include_subtasks=false`,
    {
      headers: { authorization: token, accept: 'application/json' },
      redirect: 'manual',
      signal,
    },
  );
  return { response, body: new Uint8Array(await response.arrayBuffer()) };
}

/** The cause is named by its code alone: what fetch throws may quote a header, and the header is the token. */
function unreachable(error: unknown): EnrichUnavailableError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const name = error instanceof Error ? error.name : typeof error;
  return new EnrichUnavailableError(
    `The ClickUp API did not answer: ${typeof code === 'string' ? code : name}.`,
  );
}

function refusal(response: Response): EnrichRefusedError | EnrichUnavailableError {
  const { status } = response;
  if (status === 429 || status >= 500) {
    const wait = retryAfterMs(response.headers);
    const message = `The ClickUp API answered ${status}; it is asked again.`;
    return new EnrichUnavailableError(message, wait === undefined ? {} : { retryAfterMs: wait });
  }
  const reason = status === 401 || status === 403 ? ': api_token is not valid for this task' : '';
  return new EnrichRefusedError(`The ClickUp API answered ${status}${reason}.`);
}

const longestWaitMs = 15 * 60_000;

/** Retry-After, else ClickUp's X-RateLimit-Reset in seconds since 1970, read against the answer's own clock. */
function retryAfterMs(headers: Headers): number | undefined {
  const after = Number(headers.get('retry-after') ?? NaN) * 1000;
  const sentAt = Date.parse(headers.get('date') ?? '') || Date.now();
  const reset = Number(headers.get('x-ratelimit-reset') ?? NaN) * 1000 - sentAt;
  const wait = Number.isFinite(after) ? after : reset;
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 1000), longestWaitMs) : undefined;
}

/** What is not JSON came from something on the way and may heal; JSON that is no such task will not. */
function readTask(id: string, body: Uint8Array): Task {
  const read = readAs(task, parse(body));
  if (read?.id !== id) {
    throw new EnrichRefusedError(`The ClickUp API answered 200 with something else than the task ${id}.`);
  }
  return read;
}

function parse(body: Uint8Array): unknown {
  try {
    return parseJson(body);
  } catch (error) {
    throw new EnrichUnavailableError('The ClickUp API answered 200 with something else than JSON.', {
      cause: error,
    });
  }
}
