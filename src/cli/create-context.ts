import { fileURLToPath } from 'node:url';
import type { Environment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/load.ts';
import { discoverProviders } from '../providers/registry.ts';
import type { CliContext, ConfigFile } from './context.ts';
import { findServer } from './server-address.ts';

/** The folder of the providers that come with the program. */
const shippedProviders = fileURLToPath(new URL('../providers/', import.meta.url));

export interface Outside {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
  readonly env: Environment;
  /** What `--config` says, once the command line is read. */
  readonly namedConfig: () => string | undefined;
}

export function createContext({ out, err, env, namedConfig }: Outside): CliContext {
  const configFile = (): ConfigFile => {
    const named = namedConfig() ?? (env['FLOWSTATE_CONFIG'] || undefined);
    return { path: named ?? 'config.yaml', isNamed: named !== undefined };
  };
  const providers = async () => (await discoverProviders([shippedProviders])).providers;
  const load = async (): Promise<LoadedConfig> =>
    await loadConfig({ file: configFile().path, env, providers: await providers() });
  return {
    out,
    err,
    env,
    configFile,
    providers,
    loadConfig: load,
    server: (url) => findServer({ url, env, file: configFile(), load }),
  };
}
