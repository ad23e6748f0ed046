import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the API is to answer with: `never` leaves the caller waiting. */
export type ApiAnswer =
  { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> } | 'never';

export interface ClickUpApi extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly Pick<IncomingMessage, 'method' | 'url' | 'headers'>[];
  /** Of the next requests, by the id of the task; a text is sent as it is. */
  answer(taskId: string, answer: ApiAnswer): void;
}

/** A small ClickUp API over real HTTP, on a port of its own of the loopback. */
export async function startClickUpApi(): Promise<ClickUpApi> {
  const answers = new Map<string, ApiAnswer>();
  const requests: Pick<IncomingMessage, 'method' | 'url' | 'headers'>[] = [];
  const server = createServer(({ method, url, headers }, response) => {
    requests.push({ method, url, headers });
    const taskId = /^\/api\/v2\/task\/([^/?]+)/.exec(url ?? '')?.[1] ?? '';
    const answer = answers.get(taskId) ?? { status: 404, body: { err: 'Task not found', ECODE: 'ITEM_013' } };
    if (answer === 'never') return;
    const { status, body, headers: extra } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...extra });
    response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/v2`,
    requests,
    answer: (taskId, answer) => void answers.set(taskId, answer),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
