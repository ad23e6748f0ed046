import { Agent, request } from 'node:http';
import { hmacSha256Hex } from '../../src/provider-kit.ts';

export interface Flood {
  /** Resolves when the first answers are there. */
  readonly begun: Promise<void>;
  readonly done: Promise<{ answered: Readonly<Record<number, number>>; milliseconds: number }>;
}

const atOnce = 64;

/** So many deliveries of the sender `loud`, signed beforehand, as fast as they are answered. */
export function loadFlood(url: string, count: number, secret: string): Flood {
  const posts = Array.from({ length: count }, (_, index) => {
    const body = JSON.stringify({ id: `p${index}`, title: `Ping ${index}` });
    return { body, signature: hmacSha256Hex(secret, body) };
  });
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const answered: Record<number, number> = {};
  const startedAt = performance.now();
  let next = 0;
  let onBegun = (): void => undefined;
  const begun = new Promise<void>((resolve) => (onBegun = resolve));
  const sendMore = async (): Promise<void> => {
    for (let post = posts[next++]; post !== undefined; post = posts[next++]) {
      const status = await send(agent, url, post);
      answered[status] = (answered[status] ?? 0) + 1;
      if (next > atOnce * 2) onBegun();
    }
  };
  const done = Promise.all(Array.from({ length: atOnce }, sendMore)).then(() => {
    agent.destroy();
    return { answered, milliseconds: performance.now() - startedAt };
  });
  return { begun, done };
}

async function send(agent: Agent, url: string, { body, signature }: { body: string; signature: string }) {
  return await new Promise<number>((resolve, reject) => {
    const sent = request(`${url}/webhooks/loud`, {
      ...{ agent, method: 'POST' },
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'x-loud-signature': signature,
      },
    });
    sent.on('error', reject).on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.end(body);
  });
}
