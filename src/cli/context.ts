import type { Command } from 'commander';
import type { Environment } from '../config/environment.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Provider } from '../providers/provider.ts';

/** Where the running server answers, and the token that opens its ops routes. */
export interface ServerAddress {
  /** Without a slash at its end. */
  readonly url: string;
  readonly adminToken: string | undefined;
}

export interface ConfigFile {
  readonly path: string;
  /** Whether somebody named it; the default one is written at the first start. */
  readonly isNamed: boolean;
}

/** What a command is given of the world outside. Its own options come from commander. */
export interface CliContext {
  /** For results: what a pipe reads. */
  readonly out: NodeJS.WritableStream;
  /** For progress, warnings and errors. */
  readonly err: NodeJS.WritableStream;
  readonly env: Environment;
  /** `--config`, else FLOWSTATE_CONFIG, else `config.yaml` in the working directory. */
  configFile(): ConfigFile;
  /** The providers that come with the program. */
  providers(): Promise<ReadonlyMap<string, Provider>>;
  /** @throws ConfigInvalidError, with every problem */
  loadConfig(): Promise<LoadedConfig>;
  /**
   * For the commands that ask a running server: `url`, else FLOWSTATE_URL, else what the configuration says; the token
   * is FLOWSTATE_ADMIN_TOKEN, else the configured one. No file is needed where the environment has what it takes.
   */
  server(url?: string): Promise<ServerAddress>;
}

/**
 * What each file of src/cli/commands exports. An action throws a WebhookError to end with one line on stderr and the
 * status of `exitStatus`. What is heavy is imported inside of the action: every command pays for what files import.
 */
export type Register = (program: Command, context: CliContext) => void;
