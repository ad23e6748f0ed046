import express, { type Express, type Response, type Router } from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { MethodNotAllowedError, ProviderUnknownError, RouteUnknownError } from '../errors.ts';
import { BodyBudget } from './body-budget.ts';
import { drain } from './read-body.ts';
import { receive, type Received, type ReceiveOptions } from './receive.ts';
import type { Rejections } from './rejections.ts';
import { RefusalLog } from './refusal-log.ts';
import { respondWithErrors } from './respond.ts';
import { Turns } from './turns.ts';

export interface FrameOptions {
  /** What `GET /` says of this server. */
  readonly info: Readonly<Record<string, unknown>>;
  /** Routes beside the webhooks': health, stats, events. */
  readonly routers?: readonly Router[];
  readonly log: Logger;
}

export interface AppOptions extends Omit<ReceiveOptions, 'share'>, FrameOptions {
  /** Of the memory for bodies that are being received; one of the usual size unless given. */
  readonly bodies?: BodyBudget;
  /** With false, every post is answered with 404. */
  readonly webhooksEnabled: boolean;
  /** Where refused requests are kept. */
  readonly rejections: Pick<Rejections, 'add'>;
}

const webhookPath = '/webhooks/:provider{/*rest}';

/** The server of an ingress: webhooks, and whatever else the routers answer. */
export function createApp(options: AppOptions): Express {
  const info = { ...options.info, providers: [...options.providers.keys()] };
  return createFrame({ ...options, info }, (app) => {
    addWebhooks(app, options);
  });
}

/** What every server of this program has in common, around its routes. */
export function createFrame(
  { info, routers = [], log }: FrameOptions,
  addRoutes: (app: Express) => void = () => undefined,
): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.use(helmet({ contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } }));
  const routes: string[] = [];
  app.get('/', (_request, response) => {
    response.json({ ...info, routes });
  });
  for (const router of routers) app.use(router);
  addRoutes(app);
  app.use((request) => {
    throw new RouteUnknownError(`There is no ${request.method} at this address; GET / lists the routes.`);
  });
  app.use(respondWithErrors(log));
  routes.push(...routesOf(app, routers));
  return app;
}

function addWebhooks(app: Express, given: AppOptions): void {
  const { bodies = new BodyBudget(), ...options } = given;
  const refusals = new RefusalLog(options.log);
  const turns = new Turns();
  app.post(webhookPath, async (request, response: Response<unknown, Received>) => {
    const provider = options.providers.has(request.params.provider) ? request.params.provider : 'unknown';
    await turns.take(provider);
    const share = bodies.share();
    try {
      if (!options.webhooksEnabled) throw new ProviderUnknownError('Webhooks are turned off here.');
      await receive(request, response, { ...options, share });
    } catch (error) {
      refusals.refused(provider, error);
      const { headers, originalUrl: address } = request;
      options.rejections.add({ provider, error, address, headers, body: response.locals.body });
      await drain(request);
      throw error;
    } finally {
      // Not when the response closes: what inflates goes on after that, and one that waits behind another never does.
      share.giveBack();
    }
  });
  app.use('/webhooks/:provider', (_request, response) => {
    response.set('allow', 'POST');
    throw new MethodNotAllowedError('A webhook is posted: the method must be POST.');
  });
}

interface Layer {
  readonly route?: {
    readonly path: string;
    readonly stack: readonly { readonly method?: string }[];
  };
}

/** `GET /health`, one for each method that a route has. */
function routesOf(app: Express, routers: readonly Router[]): string[] {
  const layers = [app.router, ...routers].flatMap((router) => router.stack as unknown as readonly Layer[]);
  const routes = layers.flatMap(({ route }) =>
    (route?.stack ?? []).flatMap(({ method }) =>
      method === undefined ? [] : [`${method.toUpperCase()} ${route?.path ?? ''}`],
    ),
  );
  return [...new Set(routes)];
}
