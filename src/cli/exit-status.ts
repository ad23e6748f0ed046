import { ServerRefusedError, WebhookError } from '../errors.ts';

/** What the program ends with, after sysexits.h. */
export const exitStatus = {
  ok: 0,
  failed: 1,
  usage: 2,
  unavailable: 69,
  unforeseen: 70,
  system: 71,
  refused: 77,
  config: 78,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Of every command, as `--help` and the README say it. */
export const exitMeanings: readonly (readonly [status: number, meaning: string])[] = [
  [exitStatus.ok, 'done'],
  [exitStatus.failed, 'it failed, or the server refused it'],
  [exitStatus.usage, 'the command line is wrong'],
  [exitStatus.unavailable, 'a server or a part that is needed is not there'],
  [exitStatus.unforeseen, 'the server stopped after an error that nobody foresaw'],
  [exitStatus.system, 'the system refuses space, open files or a right'],
  [exitStatus.refused, 'a token, a key or the signature was refused'],
  [exitStatus.config, 'the configuration is wrong'],
];

export const exitStatusHelp = [
  'Exit status:',
  ...exitMeanings.map(([status, meaning]) => `  ${String(status).padEnd(2)}  ${meaning}`),
].join('\n');

const byCode: Readonly<Record<string, ExitStatus>> = {
  CONFIG_INVALID: exitStatus.config,
  PARAMETER_INVALID: exitStatus.usage,
  SAVED_QUERY_UNKNOWN: exitStatus.usage,
  SERVER_UNREACHABLE: exitStatus.unavailable,
  TEMPORAL_UNAVAILABLE: exitStatus.unavailable,
  TEMPORAL_BINARY_MISSING: exitStatus.unavailable,
  GRAPH_UNAVAILABLE: exitStatus.unavailable,
  INBOX_UNAVAILABLE: exitStatus.unavailable,
  DATA_DIR_LOCKED: exitStatus.unavailable,
  PORT_IN_USE: exitStatus.unavailable,
  SYSTEM_REFUSED: exitStatus.system,
  TEMPORAL_REFUSED: exitStatus.refused,
  UNAUTHORIZED: exitStatus.refused,
  SIGNATURE_INVALID: exitStatus.refused,
};

/** The status of an error, whether it happened here or came as a server's answer. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof WebhookError)) return exitStatus.failed;
  return byCode[error instanceof ServerRefusedError ? error.serverCode : error.code] ?? exitStatus.failed;
}
