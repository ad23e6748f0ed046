import proto from '@temporalio/proto';
import type { NativeConnection } from '@temporalio/worker';
import { TemporalUnavailableError } from '../errors.ts';
import * as attributes from './search-attributes.ts';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const secondsPerDay = 86_400;
const patienceMs = 60_000;

/** gRPC's codes, as the server answers them. */
const alreadyExists = 6;

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

/** Makes the namespace with its retention and search attributes, or brings them up to date. Repeatable. */
export async function prepareNamespace(
  connection: NativeConnection,
  options: NamespaceOptions,
): Promise<void> {
  await ensureNamespace(connection, options);
  await ensureSearchAttributes(connection, options.namespace);
}

async function ensureNamespace(
  connection: NativeConnection,
  { namespace, retentionDays }: NamespaceOptions,
): Promise<void> {
  const workflowExecutionRetentionPeriod = { seconds: retentionDays * secondsPerDay } as never;
  try {
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod });
  } catch (error) {
    if (codeOf(error) !== alreadyExists)
      throw unavailable(`The namespace ${namespace} cannot be made`, error);
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: workflowExecutionRetentionPeriod },
    });
  }
  await until(`the namespace ${namespace} is known`, async () => {
    await connection.workflowService.describeNamespace({ namespace });
  });
}

/** A new attribute is known everywhere only when caches were refreshed, so a query is the proof. */
async function ensureSearchAttributes(connection: NativeConnection, namespace: string): Promise<void> {
  const keys = Object.values(attributes);
  const searchAttributes = Object.fromEntries(keys.map(({ name, type }) => [name, indexedTypes[type]]));
  await until('the search attributes are made', async () => {
    const known = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = Object.entries(searchAttributes).filter(
      ([name]) => known.customAttributes?.[name] === undefined,
    );
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(missing),
    });
  });
  const query = keys.map(({ name }) => `${name} IS NULL`).join(' AND ');
  await until('the search attributes can be asked for', async () => {
    await connection.workflowService.countWorkflowExecutions({ namespace, query });
  });
}

/** Tries again, with growing pauses, while the server has not caught up. */
async function until(what: string, attempt: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 2000)) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() + pauseMs > deadline) throw unavailable(`Waited in vain until ${what}`, error);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}

function unavailable(what: string, error: unknown): TemporalUnavailableError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TemporalUnavailableError(`${what}: ${reason}`, { cause: error });
}
