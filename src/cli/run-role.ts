import { InvalidArgumentError } from 'commander';
import type { Config } from '../config/schema.ts';
import { assertSplit } from '../config/split.ts';
import type { CliContext } from './context.ts';
import { greeting } from './greeting.ts';
import { type Role, tasksOf } from './role.ts';

export interface RoleOptions {
  readonly port?: number;
}

/** Runs this process as the role: `start`, `ingress` and `worker` differ in nothing else. */
export async function runRole(context: CliContext, role: Role, options: RoleOptions): Promise<void> {
  const onProgress = (sentence: string): unknown => context.err.write(`${sentence}\n`);
  const { config: loaded, warnings } = await context.loadConfig();
  if (role !== 'start') assertSplit(loaded, role);
  const config = withPort(loaded, role, options.port);
  const { startServer } = await import('./start-server.ts'); // heavy, and needed by these commands alone
  const system = await startServer({ role, config, warnings, env: context.env, onProgress });
  context.out.write(`${greeting(config, role, system)}\n`);
}

function withPort(config: Config, role: Role, port: number | undefined): Config {
  if (port === undefined) return config;
  if (tasksOf(role).receives) return { ...config, webhooks: { ...config.webhooks, port } };
  return { ...config, worker: { ...config.worker, port } };
}

/** Of the option `--port`. */
export function asPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65_535) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}
