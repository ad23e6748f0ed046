import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Router } from 'express';
import { MethodNotAllowedError, PortInUseError, ProviderUnknownError, RouteUnknownError } from '../errors.ts';
import { receive, type ReceiveOptions } from './receive.ts';
import { RefusalLog } from './refusal-log.ts';
import { respondWithErrors } from './respond.ts';

export interface AppOptions extends ReceiveOptions {
  /** With false, every post is answered with 404. */
  readonly webhooksEnabled: boolean;
  /** What `GET /` says of this server. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Routes beside the webhooks': health, stats, events. */
  readonly routers?: readonly Router[];
}

const webhookPath = '/webhooks/:provider{/*rest}';

export function createApp(options: AppOptions): Express {
  const app = express();
  const refusals = new RefusalLog(options.log);
  app.disable('x-powered-by').disable('etag');
  const routes: string[] = [];
  app.get('/', (_request, response) => {
    response.json({ ...options.info, providers: [...options.providers.keys()], routes });
  });
  for (const router of options.routers ?? []) app.use(router);
  app.post(webhookPath, async (request, response) => {
    try {
      if (!options.webhooksEnabled) throw new ProviderUnknownError('Webhooks are turned off here.');
      await receive(request, response, options);
    } catch (error) {
      refusals.refused(
        options.providers.has(request.params.provider) ? request.params.provider : 'unknown',
        error,
      );
      throw error;
    }
  });
  app.all(webhookPath, (_request, response) => {
    response.set('allow', 'POST');
    throw new MethodNotAllowedError('A webhook is posted: the method must be POST.');
  });
  app.use((request) => {
    throw new RouteUnknownError(`There is no ${request.method} at this address; GET / lists the routes.`);
  });
  app.use(respondWithErrors(options.log));
  routes.push(...routesOf(app, options.routers ?? []));
  return app;
}

/** The others answer what is not meant to be called. */
const methods = new Set(['get', 'post']);

interface Layer {
  readonly route?: {
    readonly path: string;
    readonly methods?: Record<string, boolean>;
    readonly stack: readonly { readonly method?: string }[];
  };
}

/** `GET /health`, one for each route that a router has. */
function routesOf(app: Express, routers: readonly Router[]): string[] {
  const layers = [app.router, ...routers].flatMap((router) => router.stack as unknown as readonly Layer[]);
  return layers.flatMap(({ route }) => {
    const method = route?.stack[0]?.method;
    return route === undefined || method === undefined || !methods.has(method)
      ? []
      : [`${method.toUpperCase()} ${route.path}`];
  });
}

export interface Listening {
  readonly url: string;
  readonly port: number;
  /** Takes no more requests, and resolves when those that were begun are answered. */
  readonly close: () => Promise<void>;
}

/** @throws PortInUseError */
export async function listen(
  app: Express,
  { host, port }: { host: string; port: number },
): Promise<Listening> {
  const server = createServer(
    { maxHeaderSize: 32 * 1024, headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5000 },
    app,
  );
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PortInUseError(`Port ${port} is in use; stop what uses it or set webhooks.port.`, {
      cause: error,
    });
  }
  const { port: actual } = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${actual}`,
    port: actual,
    close: async () => await drain(server),
  };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
  server.closeIdleConnections();
  await closed;
}
