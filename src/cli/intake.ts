import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import type { Config } from '../config/schema.ts';
import { acceptIntoTemporal, findState } from '../ingress/accept.ts';
import { acceptThroughInbox } from '../ingress/accept-through-inbox.ts';
import type { Accept } from '../ingress/acceptance.ts';
import type { AtFaultPoint } from '../ingress/fault-points.ts';
import { Inbox } from '../ingress/inbox/inbox.ts';
import type { Shutdown } from '../lifecycle/shutdown.ts';
import type { Probe } from '../ops/health.ts';
import type { VisibilityReader } from '../temporal/visibility-reader.ts';

/** How long Temporal has, in the mode `overflow`, before the inbox takes a delivery. */
const overflowDeadlineMs = 100;
/** How long a duplicate's answer waits for the state of its execution. */
const stateDeadlineMs = 500;
/** Nobody waits for the answer to a forwarded start. */
const forwardDeadlineMs = 10_000;

export interface InboxParts {
  readonly config: Config;
  readonly log: Logger;
  readonly at?: AtFaultPoint;
}

/** The inbox where the mode wants one, or where an earlier one may hold deliveries still. */
export async function openInbox(
  { config, log, at }: InboxParts,
  shutdown: Shutdown,
): Promise<Inbox | undefined> {
  const path = join(config.data_dir, 'inbox', 'inbox.lmdb');
  if (config.inbox.mode === 'off' && !(await exists(path))) return undefined;
  const inbox = await Inbox.open({
    path,
    maxBytes: config.inbox.max_bytes,
    log: log.child({ component: 'inbox' }),
    ...(at === undefined ? {} : { at }),
  });
  shutdown.onShutdown('inbox', async () => await inbox.close());
  return inbox;
}

export interface AcceptParts {
  readonly config: Config;
  readonly client: Client;
  readonly visibility: VisibilityReader;
  readonly inbox: Inbox | undefined;
}

/** Begins to forward what is in the inbox, and accepts deliveries as the mode says. */
export function startAccepting(
  { config, client, visibility, inbox }: AcceptParts,
  shutdown: Shutdown,
): Accept {
  const { mode, keep_minutes: keepMinutes } = config.inbox;
  if (inbox === undefined) return acceptIntoTemporal(client);
  inbox.startForwarding({
    submit: acceptIntoTemporal(client, forwardDeadlineMs),
    runsOf: async (ids) => await visibility.runsOf(ids),
    stateOf: async (workflowId) => await findState(client, workflowId),
    keepMinutes,
  });
  shutdown.onShutdown('forwarding of the inbox', async () => await inbox.stopForwarding());
  if (mode === 'off') return acceptIntoTemporal(client);
  return acceptThroughInbox({
    inbox,
    stateOf: async (workflowId) =>
      await findState(client, workflowId, stateDeadlineMs).catch(() => undefined),
    ...(mode === 'overflow' ? { direct: acceptIntoTemporal(client, overflowDeadlineMs) } : {}),
  });
}

/** What /health says of the inbox; full, or on a disk that takes nothing, it is down. */
export function inboxProbe(inbox: Inbox, mode: string): Probe {
  return async () => ({ mode, ...inbox.status(), ...(await troubleOf(inbox)) });
}

async function troubleOf(inbox: Inbox): Promise<object> {
  if (inbox.isFull) return { status: 'down', reason: 'it is full' };
  try {
    await inbox.check();
    return {};
  } catch (error) {
    const reason =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { status: 'down', reason };
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
