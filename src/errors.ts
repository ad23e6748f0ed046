/**
 * Every error that this project throws on purpose. Callers match on `code`; the message says what was seen and
 * what was expected, and never holds a secret or a body. The README's table of codes is checked against this file.
 */
export abstract class WebhookError extends Error {
  /** What callers, the Temporal UI (as failure type) and the README's table know it by. */
  abstract readonly code: string;
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean = false;
  /** The HTTP status where a caller can cause or meet it. */
  readonly status: number = 500;
  /** What a caller that may try again should wait. */
  readonly retryAfterSeconds: number = 5;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

// ── Start ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A problem of the configuration, with the path of its key. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** The configuration is unreadable or wrong; every problem is listed with its path. */
export class ConfigInvalidError extends WebhookError {
  readonly code = 'CONFIG_INVALID';
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path === '' ? '(top level)' : path}: ${message}`);
    super(`${source} has ${problems.length} problem(s):\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** Another server of this project uses the same data_dir. */
export class DataDirLockedError extends WebhookError {
  readonly code = 'DATA_DIR_LOCKED';
}

/** Another program listens on the port that was asked for. */
export class PortInUseError extends WebhookError {
  readonly code = 'PORT_IN_USE';
}

/** The system refuses what a start needs: space, open files, a right. */
export class SystemRefusedError extends WebhookError {
  readonly code = 'SYSTEM_REFUSED';
}

/** Temporal's development server was found nowhere and could not be fetched. */
export class TemporalBinaryMissingError extends WebhookError {
  readonly code = 'TEMPORAL_BINARY_MISSING';
}

/** The code of a provider or its graph model cannot be used. */
export class ProviderBrokenError extends WebhookError {
  readonly code = 'PROVIDER_BROKEN';
}

// ── Ingress ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Nothing answers at this path. */
export class RouteUnknownError extends WebhookError {
  readonly code = 'ROUTE_UNKNOWN';
  override readonly status = 404;
}

/** No enabled provider has the name in the path. */
export class ProviderUnknownError extends WebhookError {
  readonly code = 'PROVIDER_UNKNOWN';
  override readonly status = 404;
}

/** The path takes other methods; `Allow` names them. */
export class MethodNotAllowedError extends WebhookError {
  readonly code = 'METHOD_NOT_ALLOWED';
  override readonly status = 405;
}

/** The headers of the request are larger than 32 KiB. */
export class HeadersTooLargeError extends WebhookError {
  readonly code = 'HEADERS_TOO_LARGE';
  override readonly status = 431;
}

/** The body ended before its announced length. */
export class RequestIncompleteError extends WebhookError {
  readonly code = 'REQUEST_INCOMPLETE';
  override readonly status = 400;
}

/** The request did not arrive in time. */
export class RequestTimeoutError extends WebhookError {
  readonly code = 'REQUEST_TIMEOUT';
  override readonly status = 408;
}

/** The body is larger than `webhooks.max_body_bytes`, as sent or once inflated. */
export class PayloadTooLargeError extends WebhookError {
  readonly code = 'PAYLOAD_TOO_LARGE';
  override readonly status = 413;
}

/** More is being received at once than this server has room for; nothing was accepted, send it again. */
export class ServerBusyError extends WebhookError {
  readonly code = 'SERVER_BUSY';
  override readonly retryable = true;
  override readonly status = 503;
}

/** The content type or encoding is none that the provider sends. */
export class ContentUnsupportedError extends WebhookError {
  readonly code = 'CONTENT_UNSUPPORTED';
  override readonly status = 415;
}

/** Why a signature was refused; a fixed vocabulary, so that it can be counted and logged. */
export type SignatureReason =
  | 'header-missing'
  | 'header-malformed'
  | 'header-repeated'
  | 'body-empty'
  | 'signature-mismatch'
  | 'timestamp-missing'
  | 'timestamp-malformed'
  | 'timestamp-outside-tolerance';

/** The signature is missing, malformed, outdated or wrong; the provider decides the status (ClickUp: 403). */
export class SignatureInvalidError extends WebhookError {
  readonly code = 'SIGNATURE_INVALID';
  override readonly status = 401 as number;
  readonly reason: SignatureReason;
  readonly #detail: string | undefined;

  constructor(reason: SignatureReason, detail?: string, status?: number) {
    super(`The signature was refused: ${reason}${detail === undefined ? '' : ` (${detail})`}.`);
    this.reason = reason;
    this.#detail = detail;
    if (status !== undefined) this.status = status;
  }

  /** The same refusal with the status that a sender demands. */
  withStatus(status: number): SignatureInvalidError {
    return new SignatureInvalidError(this.reason, this.#detail, status);
  }
}

/** The body is not what the provider sends: no JSON, or a required field is missing. */
export class PayloadInvalidError extends WebhookError {
  readonly code = 'PAYLOAD_INVALID';
  override readonly status = 400;
}

/** The delivery is larger than Temporal takes; it was not accepted. */
export class DeliveryTooLargeError extends WebhookError {
  readonly code = 'DELIVERY_TOO_LARGE';
  override readonly status = 413;
}

// ── Inbox ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The inbox holds `inbox.max_bytes`; the delivery was not accepted, send it again. */
export class InboxFullError extends WebhookError {
  readonly code = 'INBOX_FULL';
  override readonly retryable = true;
  override readonly status = 503;
  override readonly retryAfterSeconds = 30;
}

/** The disk does not take the delivery; it was not accepted, send it again. */
export class InboxUnavailableError extends WebhookError {
  readonly code = 'INBOX_UNAVAILABLE';
  override readonly retryable = true;
  override readonly status = 503;
}

/** The file of the inbox is not what was written to it. */
export class InboxDamagedError extends WebhookError {
  readonly code = 'INBOX_DAMAGED';
}

// ── Temporal ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** Temporal does not answer; the delivery was not accepted, send it again. */
export class TemporalUnavailableError extends WebhookError {
  readonly code = 'TEMPORAL_UNAVAILABLE';
  override readonly retryable = true;
  override readonly status = 503;
}

/** Temporal refuses what a start needs: the API key or the certificate is not accepted, or lacks a right. */
export class TemporalRefusedError extends WebhookError {
  readonly code = 'TEMPORAL_REFUSED';
}

// ── Activities ───────────────────────────────────────────────────────────────────────────────────────────────────

/** Code, configuration and payload do not fit: running it again changes nothing until one of them does. */
export class NormalizeFailedError extends WebhookError {
  readonly code = 'NORMALIZE_FAILED';
}

/** The provider's API refuses for good, such as with a token that is no longer valid. */
export class EnrichRefusedError extends WebhookError {
  readonly code = 'ENRICH_REFUSED';
}

/** The provider's API is out of reach or asks to wait. */
export class EnrichUnavailableError extends WebhookError {
  readonly code = 'ENRICH_UNAVAILABLE';
  override readonly retryable = true;
  /** Milliseconds that the provider's API asked to wait, where it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options?: ErrorOptions & { retryAfterMs?: number }) {
    super(message, options);
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** A large body, kept beside Temporal, is gone or damaged; its delivery waits until the file is restored. */
export class BodyLostError extends WebhookError {
  readonly code = 'BODY_LOST';
  override readonly retryable = true;
}

/** The graph cannot be reached; deliveries wait for it. */
export class GraphUnavailableError extends WebhookError {
  readonly code = 'GRAPH_UNAVAILABLE';
  override readonly retryable = true;
  override readonly status = 503;
}

/** The graph refuses what is to be written, however often it is tried. */
export class GraphRejectedError extends WebhookError {
  readonly code = 'GRAPH_REJECTED';
}

// ── Ops ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The admin token is missing or wrong, or none is configured. */
export class UnauthorizedError extends WebhookError {
  readonly code = 'UNAUTHORIZED';
  override readonly status = 401;
}

/** An argument, option or query parameter is not what it must be. */
export class ParameterInvalidError extends WebhookError {
  readonly code = 'PARAMETER_INVALID';
  override readonly status = 400;
}

/** No delivery of this provider has this id, within the retention. */
export class EventUnknownError extends WebhookError {
  readonly code = 'EVENT_UNKNOWN';
  override readonly status = 404;
}

/** The graph has no such entity. */
export class EntityUnknownError extends WebhookError {
  readonly code = 'ENTITY_UNKNOWN';
  override readonly status = 404;
}

/** No saved query has this name. */
export class SavedQueryUnknownError extends WebhookError {
  readonly code = 'SAVED_QUERY_UNKNOWN';
  override readonly status = 404;
}

/** The query is not read-only, or not Cypher that the store knows. */
export class QueryRefusedError extends WebhookError {
  readonly code = 'QUERY_REFUSED';
  override readonly status = 400;
}

/** The query took longer than it may. */
export class QueryTimeoutError extends WebhookError {
  readonly code = 'QUERY_TIMEOUT';
  override readonly status = 504;
}

/** Figures of too many different windows are asked for at once. */
export class StatsBusyError extends WebhookError {
  readonly code = 'STATS_BUSY';
  override readonly retryable = true;
  override readonly status = 503;
}

/** This delivery cannot be replayed as it stands, such as while it runs. */
export class ReplayRefusedError extends WebhookError {
  readonly code = 'REPLAY_REFUSED';
  override readonly status = 409;
}

/** Something that nobody foresaw, a bug or a broken part; the log has what it was. */
export class InternalError extends WebhookError {
  readonly code = 'INTERNAL';
  override readonly status = 500;
}

// ── Commands ─────────────────────────────────────────────────────────────────────────────────────────────────────

/** A command asks a server that does not answer. */
export class ServerUnreachableError extends WebhookError {
  readonly code = 'SERVER_UNREACHABLE';
  override readonly retryable = true;
}

/** A server answered a command with an error; the message has its code. */
export class ServerRefusedError extends WebhookError {
  readonly code = 'SERVER_REFUSED';
  /** The code in the server's answer, or `HTTP_<status>`. */
  readonly serverCode: string;

  constructor(serverCode: string, message: string) {
    super(`${serverCode}: ${message}`);
    this.serverCode = serverCode;
  }
}
