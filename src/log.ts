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
const unspoken = [
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
];
const depth = 3;

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
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: unspoken.flatMap(pathsOf), censor: '[redacted]' },
  };
  if (!isPretty) return pino(options, destination);
  const stream = pretty({
    colorize: isTerminal(destination),
    destination,
    ignore: 'component',
    messageFormat: '{if component}{component}: {end}{msg}',
    translateTime: 'SYS:HH:MM:ss.l',
  });
  return pino(options, stream);
}

/** The key at the top and below up to two others. */
function pathsOf(key: string): readonly string[] {
  return Array.from({ length: depth }, (_, above) => `${'[*]'.repeat(above)}["${key}"]`);
}

function isTerminal(destination: DestinationStream): boolean {
  return 'isTTY' in destination && destination.isTTY === true;
}
