import type { Router } from 'express';
import { type Probe, readHealth } from './health.ts';

export interface HealthOptions {
  readonly probes: Readonly<Record<string, Probe>>;
  /** The part without which this server is of no use; without the others what it does waits. */
  readonly vital: string;
  /** Whether it does its work: not while it starts or stops. */
  readonly isReady: () => boolean;
}

/** What supervisors and load balancers ask, of whichever part of the program. */
export function addHealthRoutes(router: Router, { probes, vital, isReady }: HealthOptions): Router {
  router.get('/health', async (_request, response) => {
    const health = await readHealth(probes, vital);
    response.status(health.status === 'unhealthy' ? 503 : 200).json(health);
  });
  router.get('/livez', (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/readyz', (_request, response) => {
    response.status(isReady() ? 200 : 503).json({ status: isReady() ? 'ready' : 'not ready' });
  });
  return router;
}
