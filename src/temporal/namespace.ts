import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { TemporalRefusedError, TemporalUnavailableError, WebhookError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import * as attributes from './search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const secondsPerDay = 86_400;
/** A server's caches of namespaces and of search attributes are refreshed every minute at the latest. */
const patienceMs = 120_000;

/** gRPC's codes, as the server answers them. */
const alreadyExists = 6;
const permissionDenied = 7;
const unauthenticated = 16;

const indexedTypes = {
  KEYWORD: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  KEYWORD_LIST: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
  BOOL: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  DATETIME: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
} as const;

export interface NamespaceOptions {
  readonly namespace: string;
  readonly retentionDays: number;
}

/**
 * Makes the namespace with its retention and search attributes, or brings them up to date. Repeatable. Where the key may
 * not make them, those that an administrator made do as well.
 *
 * @throws TemporalRefusedError which says what is missing, TemporalUnavailableError
 */
export async function prepareNamespace(
  connection: NativeConnection,
  options: NamespaceOptions,
): Promise<void> {
  try {
    await ensureNamespace(connection, options);
    await ensureSearchAttributes(connection, options.namespace);
  } catch (error) {
    if (error instanceof WebhookError) throw error;
    throw unavailable(`The namespace ${options.namespace} cannot be prepared`, error);
  }
}

async function ensureNamespace(
  { workflowService }: NativeConnection,
  { namespace, retentionDays }: NamespaceOptions,
): Promise<void> {
  const retention = { seconds: retentionDays * secondsPerDay } as never;
  const describe = async () => void (await workflowService.describeNamespace({ namespace }));
  try {
    await workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
  } catch (error) {
    if (isRefusal(error)) return await withoutRight(describe, missingNamespace(namespace, retentionDays));
    if (codeOf(error) !== alreadyExists)
      throw unavailable(`The namespace ${namespace} cannot be made`, error);
    await unlessRefused(async () => {
      await workflowService.updateNamespace({
        namespace,
        config: { workflowExecutionRetentionTtl: retention },
      });
    });
  }
  await until(`the namespace ${namespace} is known`, describe);
}

function missingNamespace(namespace: string, retentionDays: number): string {
  return (
    `the namespace ${namespace} cannot be seen, and temporal.api_key or temporal.tls has no right to make it. ` +
    `Make it with a retention of ${retentionDays} days, or use a key that may`
  );
}

/** A new attribute is known everywhere only when caches were refreshed, so a query is the proof. */
async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const keys = Object.values(attributes);
  const query = keys.map(({ name }) => `${name} IS NULL`).join(' AND ');
  const askForThem = async () => {
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
  };
  const made = await unlessRefused(async () => {
    await until('the search attributes are made', async () => {
      await makeSearchAttributes(connection, namespace);
    });
  });
  if (made) return await until('the search attributes can be asked for', askForThem, sparingPausesMs);
  const wanted = keys.map(({ name, type }) => `${name} (${type})`).join(', ');
  await withoutRight(
    askForThem,
    `the search attributes of the namespace ${namespace} cannot be asked for, and temporal.api_key or temporal.tls ` +
      `has no right to make them. Make them: ${wanted}`,
  );
}

async function makeSearchAttributes({ operatorService }: NativeConnection, namespace: string): Promise<void> {
  const known = await operatorService.listSearchAttributes({ namespace });
  const missing = Object.values(attributes)
    .filter(({ name }) => known.customAttributes?.[name] === undefined)
    .map(({ name, type }) => [name, indexedTypes[type]] as const);
  if (missing.length === 0) return;
  await operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(missing) });
}

/** @returns false where the server refuses it; an administrator may have done it */
async function unlessRefused(attempt: () => Promise<void>): Promise<boolean> {
  try {
    await attempt();
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** What must hold by an administrator's hand, as this start may not see to it. */
async function withoutRight(proof: () => Promise<void>, missing: string): Promise<void> {
  try {
    await proof();
  } catch (error) {
    throw refused(missing, error);
  }
}

/** Between attempts; the last one is repeated. */
const pausesMs = [20, 40, 80, 160, 320, 640, 1280, 2000];
/** Of requests to visibility, of which a server allows ten a second to everybody: many processes may start at once. */
const sparingPausesMs = [50, 1000, 2000];

/** Tries again, with growing pauses, while the server has not caught up. A refusal stays one, so it is told at once. */
async function until(what: string, attempt: () => Promise<void>, pauses = pausesMs): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let tries = 0; ; tries += 1) {
    const pauseMs = pauses[Math.min(tries, pauses.length - 1)] ?? 0;
    try {
      await attempt();
      return;
    } catch (error) {
      if (isRefusal(error)) throw refused(`one cannot wait until ${what}`, error);
      if (Date.now() + pauseMs > deadline) throw unavailable(`Waited in vain until ${what}`, error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function isRefusal(error: unknown): boolean {
  const code = codeOf(error);
  return code === permissionDenied || code === unauthenticated || error instanceof TemporalRefusedError;
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function refused(missing: string, error: unknown): TemporalRefusedError {
  return new TemporalRefusedError(`Temporal refuses: ${missing}. It says: ${messageOf(error)}`, {
    cause: error,
  });
}

function unavailable(what: string, error: unknown): TemporalUnavailableError {
  return new TemporalUnavailableError(`${what}: ${messageOf(error)}`, { cause: error });
}
