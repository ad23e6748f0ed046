import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { hmacSha256Hex } from '../../src/provider-kit.ts';
import type { Accept, Submission } from '../../src/ingress/acceptance.ts';
import { createApp } from '../../src/ingress/app.ts';
import type { AppOptions } from '../../src/ingress/app.ts';
import { listen } from '../../src/ingress/listen.ts';
import type { Listening, ListenOptions } from '../../src/ingress/listen.ts';
import { Rejections } from '../../src/ingress/rejections.ts';
import type { Provider } from '../../src/providers/provider.ts';
import { acme, settingsOf } from './acme.ts';

export const secret = 'the-secret-of-acme';
export const maxBodyBytes = 64 * 1024;

export interface Ingress extends Listening {
  /** What was accepted, in its order. */
  readonly accepted: Submission[];
  /** The lines of the log, parsed. */
  readonly lines: Record<string, unknown>[];
  readonly rejections: Rejections;
}

export interface IngressOptions extends Partial<AppOptions> {
  /** What the provider does otherwise than Acme. */
  readonly provider?: Partial<Provider>;
  readonly listen?: Partial<ListenOptions>;
}

/** An ingress on a free port, with Acme as its one sender; what it accepts is kept in memory. */
export async function startIngress(t: TestContext, options: IngressOptions = {}): Promise<Ingress> {
  const { provider, listen: how, ...rest } = options;
  const accepted: Submission[] = [];
  const lines: Record<string, unknown>[] = [];
  const log = pino(
    { base: null },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const active = { name: 'acme', provider: { ...acme, ...provider }, settings: settingsOf(secret) };
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-ingress-'));
  const rejections = await Rejections.open(join(folder, 'rejections.json'), log);
  const app = createApp({
    rejections,
    providers: new Map([['acme', active]]),
    webhooksEnabled: true,
    accept: acceptInto(accepted),
    log,
    maxBodyBytes,
    info: { name: 'flow-state-webhooks', version: '0.0.0' },
    ...rest,
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0, ...how });
  t.after(async () => {
    await listening.close();
    await rejections.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { ...listening, accepted, lines, rejections };
}

/** As Temporal would: an id that was seen is a duplicate. */
function acceptInto(accepted: Submission[]): Accept {
  return async (submission) => {
    const { id: deliveryId, provider } = submission.delivery;
    const isKnown = accepted.some(({ delivery }) => delivery.id === deliveryId);
    if (!isKnown) accepted.push(submission);
    const workflowId = `${provider}:${deliveryId}`;
    return isKnown
      ? { status: 'duplicate', deliveryId, workflowId, state: 'running' }
      : { status: 'accepted', deliveryId, workflowId };
  };
}

export type Headers = Readonly<Record<string, string>>;

/** Headers of an honest delivery of these bytes. */
export function signed(body: Uint8Array | string, id = 'd-1'): Record<string, string> {
  return {
    'content-type': 'application/json',
    'x-acme-signature': hmacSha256Hex(secret, body),
    'x-acme-id': id,
    'x-acme-event': 'note',
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly code: string | undefined;
}

interface Post {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Headers;
}

export async function post(
  { url }: Listening,
  body: Uint8Array | string,
  { path = '/webhooks/acme', method = 'POST', headers = signed(body) }: Post = {},
): Promise<Answer> {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const bytes = typeof body === 'string' ? body : new Uint8Array(body);
  const response = await fetch(url + path, { method, headers, ...(hasBody ? { body: bytes } : {}) });
  const text = await response.text();
  return answerOf(response.status, Object.fromEntries(response.headers), text);
}

function answerOf(status: number, headers: Headers, text: string): Answer {
  const isJson = headers['content-type']?.startsWith('application/json') === true;
  const body = (isJson && text !== '' ? JSON.parse(text) : {}) as { error?: { code?: string } };
  return { status, headers, text, code: body.error?.code };
}

/** Writes pieces as they stand and, as simple clients do, reads only when all is written, until the server hangs up. */
export async function sendRaw(
  { port }: Listening,
  pieces: readonly (string | Uint8Array)[],
  { halfClose = false }: { halfClose?: boolean } = {},
): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  for (const piece of pieces) if (!socket.write(piece)) await once(socket, 'drain');
  let received = '';
  socket.on('data', (chunk) => (received += chunk.toString('latin1')));
  if (halfClose) socket.end();
  await once(socket, 'end');
  socket.destroy();
  const [head = '', text = ''] = received.split('\r\n\r\n');
  const [line = '', ...rest] = head.split('\r\n');
  const headers = rest.map((one) => [one.split(':')[0]?.toLowerCase(), one.split(': ')[1]] as const);
  return answerOf(Number(line.split(' ')[1]), Object.fromEntries(headers) as Headers, text);
}
