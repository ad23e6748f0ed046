import { ServerRefusedError, WebhookError } from '../errors.ts';

/** What the program ends with, after sysexits.h. */
export const exitStatus = {
  ok: 0,
  failed: 1,
  usage: 2,
  unavailable: 69,
  refused: 77,
  config: 78,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

export const exitStatusHelp = `Exit status:
  0   done
  1   it failed, or the server refused it
  2   the command line is wrong
  69  a server or a part that is needed is not there
  77  the token or the signature was refused
  78  the configuration is wrong`;

const byCode: Readonly<Record<string, ExitStatus>> = {
  CONFIG_INVALID: exitStatus.config,
  PARAMETER_INVALID: exitStatus.usage,
  SERVER_UNREACHABLE: exitStatus.unavailable,
  TEMPORAL_UNAVAILABLE: exitStatus.unavailable,
  TEMPORAL_BINARY_MISSING: exitStatus.unavailable,
  GRAPH_UNAVAILABLE: exitStatus.unavailable,
  DATA_DIR_LOCKED: exitStatus.unavailable,
  PORT_IN_USE: exitStatus.unavailable,
  UNAUTHORIZED: exitStatus.refused,
  SIGNATURE_INVALID: exitStatus.refused,
};

/** The status of an error, whether it happened here or came as a server's answer. */
export function exitStatusOf(error: unknown): ExitStatus {
  if (!(error instanceof WebhookError)) return exitStatus.failed;
  return byCode[error instanceof ServerRefusedError ? error.serverCode : error.code] ?? exitStatus.failed;
}
