import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import github from '../../../src/providers/github/index.ts';

/** Makes a verified delivery durable. */
export type Take = (id: string, event: string, body: Buffer) => Promise<void>;

export interface Listening {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Express as one would write it: the body as bytes, the signature, the delivery made durable, the answer. */
export async function listen(secret: string, take: Take): Promise<Listening> {
  const app = express();
  app.post('/webhooks/github', express.raw({ type: '*/*', limit: '25mb' }), async (request, response) => {
    const body = request.body as Buffer;
    const raw = { headers: request.headers, repeatedHeaders: new Set(), path: '', query: '' };
    const verified = { ...raw, receivedAt: new Date(), contentType: 'application/json', body };
    github.verify(verified as never, { enabled: true, webhook_secret: [secret] } as never);
    const id = request.get('x-github-delivery') ?? '';
    await take(id, request.get('x-github-event') ?? '', body);
    response.status(202).json({ status: 'accepted', delivery_id: id });
  });
  const server = app.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/github`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
