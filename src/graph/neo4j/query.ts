import type { Driver } from 'neo4j-driver';
import { QueryRefusedError, QueryTimeoutError } from '../../errors.ts';
import { messageOf } from '../../message-of.ts';
import { requireReadOnly } from '../read-only.ts';
import type { QueryBounds, QueryResult } from '../store.ts';
import { readSession } from './bolt.ts';
import { asOurs, codeOf, isTimeout } from './failure.ts';
import { asJson, asParameter } from './json.ts';
import { answered } from './retry.ts';

export interface Query {
  readonly cypher: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly bounds: QueryBounds;
}

/** The server looks for transactions over their time every two seconds. */
const graceMs = 5000;

/** Read-only twice: by its words, and by the session, in which the server refuses to write. */
export async function runQuery(driver: Driver, database: string, query: Query): Promise<QueryResult> {
  requireReadOnly(query.cypher);
  const { timeoutMs, maxRows } = query.bounds;
  const session = readSession(driver, database, Math.min(1000, maxRows + 1));
  try {
    return await answered(timeoutMs + graceMs, readRows(session, query));
  } catch (error) {
    if (isTimeout(error)) throw new QueryTimeoutError(`The query took longer than ${timeoutMs} ms.`);
    if (!codeOf(error).startsWith('Neo.ClientError.')) throw asOurs(error);
    const message = messageOf(error);
    throw new QueryRefusedError(`The graph does not take the query: ${message}`, { cause: error });
  } finally {
    session.close().catch(() => undefined); // what it says of what it could not end helps nobody
  }
}

async function readRows(
  session: ReturnType<typeof readSession>,
  { cypher, parameters, bounds: { timeoutMs, maxRows } }: Query,
): Promise<QueryResult> {
  const result = session.run(cypher, asParameter(parameters), { timeout: timeoutMs });
  const columns = await result.keys();
  const rows: unknown[][] = [];
  for await (const record of result) {
    if (rows.length === maxRows) return { columns, rows, truncated: true };
    rows.push(columns.map((column) => asJson(record.get(column))));
  }
  return { columns, rows, truncated: false };
}
