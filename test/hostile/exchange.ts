import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';

export type HeaderList = readonly (readonly [name: string, value: string])[];

export interface Exchange {
  readonly method?: string;
  /** As it stands in the request line. */
  readonly target?: string;
  readonly headers?: HeaderList | Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** Written as they are, in place of all of the above. */
  readonly raw?: readonly (string | Uint8Array)[];
  /** Says after the last byte that no more comes, which ends what the server would wait for. */
  readonly halfClose?: boolean;
}

export interface Answer {
  /** Zero where the server hung up without one. */
  readonly status: number;
  readonly code: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** How many answers came. */
  readonly count: number;
}

/** One request over a socket of its own, byte for byte as a test wants it, until the server hangs up. */
export async function exchange(port: number, given: Exchange): Promise<Answer> {
  const socket = connect({ port, host: '127.0.0.1' });
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.on('error', () => undefined); // a server that hangs up while it is written to
  for (const piece of piecesOf(given)) socket.write(piece);
  if (given.halfClose === true) socket.end();
  await hangUp(socket);
  return parseAnswer(Buffer.concat(received).toString('latin1'));
}

/** The end of a connection, by a reset too. */
export async function hangUp(socket: Socket): Promise<void> {
  await new Promise((resolve) => socket.once('close', resolve));
}

function piecesOf({ method = 'POST', target = '/', headers = [], body = '', raw }: Exchange) {
  if (raw !== undefined) return raw;
  const list = (Array.isArray(headers) ? headers : Object.entries(headers)) as HeaderList;
  const bytes = Buffer.from(body as Uint8Array);
  const isFramed = list.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  const all = [
    ...[['host', 'localhost'] as const, ['connection', 'close'] as const],
    ...list,
    ...(isFramed || bytes.length === 0 ? [] : [['content-length', String(bytes.length)] as const]),
  ];
  const head = [`${method} ${target} HTTP/1.1`, ...all.map(([name, value]) => `${name}: ${value}`), '', ''];
  return [Buffer.from(head.join('\r\n'), 'latin1'), bytes];
}

export function parseAnswer(received: string): Answer {
  const [head = '', ...rest] = received.split('\r\n\r\n');
  const [line = '', ...lines] = head.split('\r\n');
  const pairs = lines.map((one) => [
    one.slice(0, one.indexOf(':')).toLowerCase(),
    one.slice(one.indexOf(':') + 2),
  ]);
  const headers = Object.fromEntries(pairs) as Record<string, string>;
  const text = rest.join('\r\n\r\n');
  const isJson =
    headers['content-type']?.startsWith('application/json') === true && text.startsWith('{"error"');
  const code = isJson ? /"code":"([A-Z_]+)"/.exec(text)?.[1] : undefined;
  const count = received.match(/^HTTP\/1\.1 \d{3}/gm)?.length ?? 0;
  return { status: Number(line.split(' ')[1] ?? 0), code, headers, text, count };
}

/** What must not be in any answer, whatever was asked. */
export function assertTellsNothing({ status, headers, text }: Answer, title: string): void {
  if (status === 0) return;
  assert.ok(status < 500 || status === 503, `${title}: ${status} ${text}`);
  assert.equal(headers['x-powered-by'], undefined, title);
  assert.equal(headers['server'], undefined, title);
  assert.equal(headers['x-content-type-options'], 'nosniff', `${title}: ${JSON.stringify(headers)}`);
  assert.ok(headers['content-security-policy'], title);
  assert.doesNotMatch(text, /a-secret|node_modules|\.js:\d+|\n\s+at |hostile-marker/, title);
}
