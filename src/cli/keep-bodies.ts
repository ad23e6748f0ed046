import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import { BodyStore } from '../temporal/body-store.ts';

const dayMs = 86_400_000;
const sweepEveryMs = dayMs / 4;
/** What waits for workers that are away has no retention yet: its body stays for this long at least. */
const leastDays = 30;
/** A replay may read a body on the last day of Temporal's retention. */
const marginDays = 2;

/** The folder of large bodies, swept of those that no history can name any more. */
export function keepBodies(
  { config, log }: { readonly config: Config; readonly log: Logger },
  shutdown: Shutdown,
): BodyStore {
  const bodies = new BodyStore(config.bodies_dir);
  const keepMs = (Math.max(config.temporal.retention_days, leastDays) + marginDays) * dayMs;
  const sweep = async (): Promise<void> => {
    try {
      const deleted = await bodies.sweep(keepMs);
      if (deleted > 0) log.info({ deleted }, 'bodies past their retention deleted');
    } catch (error) {
      log.warn({ err: error }, 'bodies past their retention are still there');
    }
  };
  let sweeping = sweep();
  const timer = setInterval(() => {
    sweeping = sweep();
  }, sweepEveryMs);
  shutdown.onShutdown('sweep of large bodies', async () => {
    clearInterval(timer);
    await sweeping;
  });
  return bodies;
}
