import express from 'express';
import { respondWithErrors } from '../../src/ingress/respond.ts';
import { listen } from '../../src/ingress/listen.ts';
import { addGraphRoutes, type GraphRouteOptions } from '../../src/ops/graph-routes.ts';
import { silent } from './temporal.ts';

export interface GraphServer {
  readonly url: string;
  readonly adminToken: string;
  close(): Promise<void>;
}

const adminToken = 'the-token-of-the-graph';

/** The routes that ask a graph, over HTTP, with nothing beside it. */
export async function serveGraph(options: Omit<GraphRouteOptions, 'adminToken'>): Promise<GraphServer> {
  const app = express();
  const router = express.Router();
  addGraphRoutes(router, { ...options, adminToken });
  app.use(router);
  app.use(respondWithErrors(silent));
  const { url, close } = await listen(app, { host: '127.0.0.1', port: 0 });
  return { url, adminToken, close };
}
