import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordServer } from '../../src/cli/server-record.ts';
import { startSystem } from '../../src/cli/system.ts';
import { environment } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load.ts';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { createLogger } from '../../src/log.ts';
import { discoverProviders } from '../../src/providers/registry.ts';
import { installRuntime } from '../../src/temporal/runtime.ts';
import { Faults, type Wish } from './faults.ts';
import { openFaultyLadybug } from './faulty-ladybug.ts';

/** The program as `start` runs it, with faults where its parent wishes them. Without its parent it ends. */
const faults = new Faults();
process.on('message', (wish: Wish) => {
  if ('dieAt' in wish) faults.dieAt(wish.dieAt, wish.time);
  else if ('graph' in wish) faults.graph = wish.graph;
  else if ('count' in wish) process.send?.({ failed: faults.failed });
  else void measure().then((measured) => process.send?.(measured));
});
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));

async function measure(): Promise<NodeJS.MemoryUsage> {
  for (let round = 0; round < 3; round += 1) {
    globalThis.gc?.();
    await sleep(20); // finalizers of native objects run in turns of their own
  }
  return process.memoryUsage();
}

const env = environment();
const registry = await discoverProviders();
const { config } = await loadConfig({ file: resolve('config.yaml'), env, providers: registry.providers });
const log = createLogger(config.log);
installRuntime(log.child({ component: 'temporal-sdk' }));
const shutdown = new Shutdown(log);
shutdown.listen();
await shutdown.start(async () => {
  const system = await startSystem(
    {
      ...{ config, registry, env, log, version: 'with faults', role: 'start' },
      onProgress: () => undefined,
      openGraph: async ({ data_dir: dataDir }) => await openFaultyLadybug(dataDir, faults),
      at: async (point) => faults.reach(point),
    },
    shutdown,
  );
  shutdown.onShutdown('note of the address', await recordServer(config.data_dir, system.url));
});
