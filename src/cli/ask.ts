import { ServerRefusedError, ServerUnreachableError } from '../errors.ts';
import type { CliContext } from './context.ts';

export interface Question {
  /** With a slash at its beginning. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON by POST; without one it is a GET, unless `method` says otherwise. */
  readonly body?: unknown;
  readonly method?: 'GET' | 'POST';
}

const timeoutMs = 60_000;

/**
 * Asks the running server.
 *
 * @throws ServerUnreachableError, ServerRefusedError with the server's own code
 */
export async function ask(
  context: CliContext,
  url: string | undefined,
  question: Question,
): Promise<unknown> {
  const server = await context.server(url);
  const address = new URL(`${server.url}${question.path}`);
  for (const [name, value] of Object.entries(question.query ?? {})) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  const response = await fetch(address, {
    method: question.method ?? (question.body === undefined ? 'GET' : 'POST'),
    signal: AbortSignal.timeout(timeoutMs),
    headers: {
      ...(server.adminToken === undefined ? {} : { authorization: `Bearer ${server.adminToken}` }),
      ...(question.body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
  }).catch((error: unknown) => {
    throw new ServerUnreachableError(
      `No server answers at ${server.url}; start it with npm start, or name it with --url.`,
      {
        cause: error,
      },
    );
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) {
    if (typeof answer === 'object' && answer !== null) return answer;
    throw notFlowState(server.url);
  }
  const { error } = (answer ?? {}) as { error?: { code?: string; message?: string } };
  throw new ServerRefusedError(
    error?.code ?? `HTTP_${response.status}`,
    error?.message ?? 'the server gave no reason',
  );
}

/** Another program may have the port. */
export function notFlowState(url: string): ServerUnreachableError {
  return new ServerUnreachableError(`What answers at ${url} is not Flow-State; name the server with --url.`);
}
