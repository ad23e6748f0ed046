import { existsSync } from 'node:fs';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { ParameterInvalidError } from '../errors.ts';
import type { ConfigFile, ServerAddress } from './context.ts';
import { recordedServer } from './server-record.ts';

const defaultUrl = 'http://127.0.0.1:8000';

interface Sources {
  readonly url: string | undefined;
  readonly env: Environment;
  readonly file: ConfigFile;
  readonly load: () => Promise<LoadedConfig>;
}

/** See `CliContext.server`. The configuration is asked for what the command line and the environment leave open. */
export async function findServer({ url, env, file, load }: Sources): Promise<ServerAddress> {
  // Compose files set to an empty text what nobody has given.
  const given = {
    url: url ?? (env['FLOWSTATE_URL'] || undefined),
    adminToken: env['FLOWSTATE_ADMIN_TOKEN'] || undefined,
  };
  if (given.url !== undefined && !isAddress(given.url))
    throw new ParameterInvalidError(`${given.url} is not the address of a server, such as ${defaultUrl}.`);
  const isEnough = given.url !== undefined && given.adminToken !== undefined;
  const isThere = file.isNamed || existsSync(file.path);
  const config = isEnough || !isThere ? undefined : (await load()).config;
  return {
    url: (given.url ?? (config === undefined ? defaultUrl : await urlOf(config))).replace(/\/+$/, ''),
    adminToken: given.adminToken ?? config?.admin.token,
  };
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

async function urlOf({ data_dir: dataDir, webhooks: { host, port } }: Config): Promise<string> {
  return (await recordedServer(dataDir)) ?? `http://${reachable(host)}:${port}`;
}

/** An address to listen on, as one to connect to. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
