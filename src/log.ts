import { pino } from 'pino';
import type { DestinationStream, Logger, LoggerOptions } from 'pino';
import pretty from 'pino-pretty';

export type { Logger } from 'pino';

export interface LogSettings {
  readonly level: LoggerOptions['level'] & string;
  /** `auto` is pretty on a terminal and JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'pretty';
}

/** What must not be read in a log, wherever it stands in a line: secrets, and what senders wrote. */
const unspoken: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'x-signature',
  'x-hub-signature',
  'x-hub-signature-256',
  'x-slack-signature',
  'x-signature-ed25519',
  'webhook-signature',
  'signature',
  'secret',
  'webhook_secret',
  'token',
  'adminToken',
  'api_token',
  'api_key',
  'password',
  'body',
  'rawBody',
  'payload',
]);
/** In the fields of a line, and in what is in them, and in what is in that. */
const depth = 3;
const censor = '[redacted]';

/** The root logger; each component takes a child: `logger.child({ component: 'ingress' })`. */
export function createLogger(
  { level, format }: LogSettings,
  destination: DestinationStream = process.stdout,
): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && isTerminal(destination));
  const options: LoggerOptions = {
    level,
    base: null, // pid and host name say nothing in one process
    timestamp: pino.stdTimeFunctions.isoTime,
    // Not by pino's `redact`, which costs more than the rest of a line where a path has a wildcard.
    formatters: { level: (label) => ({ level: label }), log: withoutSecrets },
    serializers: { err: (error: Error) => shown(pino.stdSerializers.err(error), depth - 1) },
  };
  if (!isPretty) return withCleanChildren(pino(options, destination));
  const stream = pretty({
    colorize: isTerminal(destination),
    destination,
    ignore: 'component',
    messageFormat: '{if component}{component}: {end}{msg}',
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return withCleanChildren(pino(options, stream));
}

type Child = (bindings: object, options?: object) => Logger;

/** What a child is given stands in each of its lines, and is looked through once; its own children inherit this. */
function withCleanChildren(logger: Logger): Logger {
  const plain = Reflect.get(logger, 'child') as unknown as Child;
  return Object.assign(logger, {
    child(this: Logger, bindings: object, options?: object): Logger {
      return Reflect.apply(plain, this, [withoutSecrets(bindings), options]);
    },
  });
}

/** A copy with what is unspoken replaced, or the object itself where it holds nothing of that. */
function withoutSecrets(fields: object, levels = depth): Record<string, unknown> {
  const given = fields as Record<string, unknown>;
  let copy: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(given)) {
    const isSerializedLater = name === 'err' && levels === depth;
    if (isSerializedLater) continue;
    const replaced = unspoken.has(name) ? censor : shown(value, levels - 1);
    if (replaced === value) continue;
    copy ??= (Array.isArray(given) ? [...(given as unknown[])] : { ...given }) as Record<string, unknown>;
    copy[name] = replaced;
  }
  return copy ?? given;
}

function shown(value: unknown, levels: number): unknown {
  return levels === 0 || typeof value !== 'object' || value === null ? value : withoutSecrets(value, levels);
}

function isTerminal(destination: DestinationStream): boolean {
  return 'isTTY' in destination && destination.isTTY === true;
}
