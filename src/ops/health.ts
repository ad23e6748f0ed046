import { within } from '../lifecycle/within.ts';
import { messageOf } from '../message-of.ts';

/** What a part says of itself; it throws, or is late, where it does not work, or says `status: 'down'` with more. */
export type Probe = () => Promise<Readonly<Record<string, unknown>>>;

export interface ComponentHealth {
  readonly status: 'up' | 'down';
  readonly [detail: string]: unknown;
}

export interface Health {
  readonly status: 'healthy' | 'degraded' | 'unhealthy';
  readonly components: Readonly<Record<string, ComponentHealth>>;
}

const probeMs = 2000;

/** @param vital the part without which no delivery can be accepted; without the others it is accepted and waits */
export async function readHealth(probes: Readonly<Record<string, Probe>>, vital: string): Promise<Health> {
  const results = await Promise.all(
    Object.entries(probes).map(async ([name, probe]) => [name, await componentHealth(probe)] as const),
  );
  const down = results.filter(([, { status }]) => status === 'down').map(([name]) => name);
  const status = down.includes(vital) ? 'unhealthy' : down.length > 0 ? 'degraded' : 'healthy';
  return { status, components: Object.fromEntries(results) };
}

async function componentHealth(probe: Probe): Promise<ComponentHealth> {
  const late = (): Error => new Error(`no answer in ${probeMs / 1000} s`);
  try {
    const said = await within(probeMs, probe(), late);
    return { ...said, status: said['status'] === 'down' ? 'down' : 'up' };
  } catch (error) {
    return { status: 'down', reason: messageOf(error) };
  }
}
