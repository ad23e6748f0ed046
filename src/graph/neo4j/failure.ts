import neo4j from 'neo4j-driver';
import { GraphRejectedError, GraphUnavailableError } from '../../errors.ts';

/** The code that the server or the driver gives an error; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof neo4j.Neo4jError ? error.code : '';
}

/** Whether the connection is to blame, not the server's answer. */
export function isLost(error: unknown): boolean {
  return ['ServiceUnavailable', 'SessionExpired'].includes(codeOf(error));
}

/**
 * Whether the same transaction may do at once what it could not do now: a deadlock, a change of the leader, a node that
 * another one made or deleted between two statements.
 */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof neo4j.Neo4jError)) return false;
  return (
    error.retryable ||
    error.code === 'Neo.ClientError.Schema.ConstraintValidationFailed' ||
    error.code === 'Neo.ClientError.Statement.EntityNotFound'
  );
}

export function isTimeout(error: unknown): boolean {
  return codeOf(error).includes('TransactionTimedOut');
}

/** What the server says of a statement or a value that will not do, however often it is tried. */
const lasting = /^Neo\.ClientError\.(?:Statement|Schema)\./;

/** Errors of the driver and the server as ours; anything else is a bug and stays what it is. */
export function asOurs(error: unknown): unknown {
  if (!(error instanceof neo4j.Neo4jError)) return error;
  const { message } = error;
  if (lasting.test(codeOf(error)) && !isTransient(error))
    return new GraphRejectedError(`The graph rejected a change: ${message}`, { cause: error });
  return new GraphUnavailableError(`The graph is not available: ${message}`, { cause: error });
}
