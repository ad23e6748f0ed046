import type { Probe } from '../ops/health.ts';
import { inboxProbe } from './intake.ts';
import type { Role } from './role.ts';
import type { RunningParts } from './system.ts';

const stateMeanings = {
  running: 'all of them work',
  waiting: 'they begin when Temporal is there',
  ended: 'a worker has ended',
} as const;

/** What /health tells: of the parts that this process has. */
export function probesOf(
  { temporal, graph, active, workers, inbox }: RunningParts,
  mode: string,
): Record<string, Probe> {
  return {
    temporal: temporal.probe,
    graph: async () => {
      await graph.ping();
      return {};
    },
    ...(workers === undefined
      ? {}
      : {
          worker: async () => {
            if (workers.state() !== 'running') throw new Error(stateMeanings[workers.state()]);
            return { task_queues: active.size };
          },
        }),
    ...(inbox === undefined ? {} : { inbox: inboxProbe(inbox, mode) }),
    providers: async () => ({ enabled: [...active.keys()] }),
  };
}

/** The part without which the process is of no use: an ingress must be able to accept, a worker to work. */
export function vitalOf(role: Role, mode: string): string {
  if (role === 'worker') return 'worker';
  return mode === 'off' ? 'temporal' : 'inbox';
}
