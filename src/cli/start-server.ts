import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../config/environment.ts';
import type { Config } from '../config/schema.ts';
import { Shutdown } from '../lifecycle/shutdown.ts';
import { createLogger } from '../log.ts';
import { packageRoot } from '../package-root.ts';
import { discoverProviders } from '../providers/registry.ts';
import { installRuntime } from '../temporal/runtime.ts';
import { outliveReaders } from './closed-pipe.ts';
import { openGraph } from './open-graph.ts';
import type { Role } from './role.ts';
import { recordServer } from './server-record.ts';
import { type RunningSystem, startSystem } from './system.ts';

export interface ServerOptions {
  readonly role: Role;
  readonly config: Config;
  readonly warnings: readonly string[];
  readonly env: Environment;
  readonly onProgress: (sentence: string) => void;
}

/** The system as a process: with its log, its signals and the note of its address. */
export async function startServer({
  role,
  config,
  warnings,
  env,
  onProgress,
}: ServerOptions): Promise<RunningSystem> {
  outliveReaders();
  const log = createLogger(config.log);
  for (const warning of warnings) log.warn(warning);
  installRuntime(log.child({ component: 'temporal-sdk' }));
  const shutdown = new Shutdown(log);
  shutdown.listen();
  const registry = await discoverProviders();
  for (const { name, reason } of registry.failures) {
    log.error({ provider: name, reason }, 'a provider did not load and is left out');
  }
  return await shutdown.start(async () => {
    const version = await ownVersion();
    const system = await startSystem(
      { role, config, registry, env, version, log, onProgress, openGraph },
      shutdown,
    );
    shutdown.onShutdown('note of the address', await recordServer(config.data_dir, system.url));
    return system;
  });
}

async function ownVersion(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
  return String((manifest as { version: unknown }).version);
}
