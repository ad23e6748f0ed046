import { readFile } from 'node:fs/promises';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { TemporalRefusedError, TemporalUnavailableError } from '../errors.ts';
import { within } from '../lifecycle/within.ts';
import { messageOf } from '../message-of.ts';
import { accepts } from './dev-server/ports.ts';

export interface ConnectOptions {
  /** host:port */
  readonly address: string;
  readonly tls?: boolean | TlsFiles;
  readonly apiKey?: string | undefined;
}

export interface TlsFiles {
  readonly server_name?: string | undefined;
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
}

const connectTimeoutMs = 15_000;
const probeTimeoutMs = 2000;

/** Unauthenticated and permission denied, by the SDK's words: its error of a connection has no code. */
const refusal = /does not have (?:valid authentication credentials|permission to execute)/;

/** One connection for client and workers of this process; only so are eager starts possible. @throws TemporalUnavailableError, TemporalRefusedError */
export async function connectTemporal({
  address,
  tls = false,
  apiKey,
}: ConnectOptions): Promise<NativeConnection> {
  const options: NativeConnectionOptions = {
    address,
    ...(isOfThisMachine(address) ? { grpcCompression: { codec: 'none' } } : {}),
    ...(tls === false ? {} : { tls: await tlsOf(tls) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  };
  try {
    return await connectWithin(connectTimeoutMs, options);
  } catch (error) {
    const reason = messageOf(error);
    if (refusal.test(reason)) {
      throw new TemporalRefusedError(
        `Temporal at ${address} refuses temporal.api_key or temporal.tls: ${reason}`,
        {
          cause: error,
        },
      );
    }
    throw new TemporalUnavailableError(`Temporal at ${address} cannot be reached: ${reason}`, {
      cause: error,
    });
  }
}

/** Then compressing every message, which is the SDK's default, costs more than it saves. */
function isOfThisMachine(address: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]):\d+$/.test(address);
}

/** The SDK itself waits 30 seconds for one that accepts and does not answer. */
async function connectWithin(ms: number, options: NativeConnectionOptions): Promise<NativeConnection> {
  const connecting = NativeConnection.connect(options);
  return await within(ms, connecting, () => {
    // Should it come after all, nobody else would close it.
    void connecting.then(async (connection) => await connection.close()).catch(() => undefined);
    return new Error(`no answer in ${ms / 1000} s`);
  });
}

/** Whether a Temporal frontend of this machine answers. */
export async function isServing(address: string): Promise<boolean> {
  if (!(await accepts(Number(address.split(':').at(-1))))) return false;
  try {
    const connection = await connectWithin(probeTimeoutMs, { address });
    try {
      await connection.withDeadline(
        Date.now() + probeTimeoutMs,
        async () => await connection.workflowService.getSystemInfo({}),
      );
      return true;
    } finally {
      await connection.close();
    }
  } catch {
    return false;
  }
}

async function tlsOf(files: true | TlsFiles): Promise<NonNullable<NativeConnectionOptions['tls']>> {
  if (files === true) return true;
  const { server_name: serverName, ca_file: ca, cert_file: cert, key_file: key } = files;
  return {
    ...(serverName === undefined ? {} : { serverNameOverride: serverName }),
    ...(ca === undefined ? {} : { serverRootCACertificate: await readNamed('ca_file', ca) }),
    ...(cert === undefined || key === undefined
      ? {}
      : {
          clientCertPair: { crt: await readNamed('cert_file', cert), key: await readNamed('key_file', key) },
        }),
  };
}

async function readNamed(setting: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new TemporalRefusedError(
      `The file of temporal.tls.${setting} cannot be read: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
