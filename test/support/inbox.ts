import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { idempotencyKey, sha256Hex } from '../../src/delivery.ts';
import type { Accept, Submission } from '../../src/ingress/acceptance.ts';
import { Inbox, type InboxOptions } from '../../src/ingress/inbox/inbox.ts';
import { openInboxFile } from '../../src/ingress/inbox/file.ts';
import { InboxStore, type InboxEngine, type StoreOptions } from '../../src/ingress/inbox/store.ts';

const silent = pino({ level: 'silent' });

export const roomy = 1024 * 1024 * 1024;

export function submissionOf(id: string, text = `{"id":"${id}"}`): Submission {
  const body = Buffer.from(text);
  return {
    delivery: {
      provider: 'acme',
      id,
      eventType: 'note',
      receivedAt: new Date().toISOString(),
      contentType: 'application/json',
      bodySha256: sha256Hex(body),
    },
    body,
    earlierIds: [],
    plan: { enrich: false },
  };
}

export function idsOf(count: number, name = 'd'): string[] {
  return Array.from({ length: count }, (_, index) => `${name}-${index}`);
}

const closings = new Map<string, (() => Promise<void>)[]>();

/** A folder that is gone after the test, and what is open in it closed before. */
export async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'flowstate-inbox-'));
  closings.set(folder, []);
  t.after(async () => {
    for (const close of closings.get(folder) ?? []) await close();
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

function closeAfter(t: TestContext, path: string, close: () => Promise<void>): void {
  const closing = closings.get(dirname(path));
  if (closing === undefined) t.after(close);
  else closing.push(close);
}

export async function openStore(t: TestContext, given: Partial<StoreOptions> = {}): Promise<InboxStore> {
  const path = given.path ?? join(await folderOf(t), 'inbox.lmdb');
  const store = await InboxStore.open({ maxBytes: roomy, ...given, path });
  closeAfter(t, path, async () => await store.close());
  return store;
}

export async function openInbox(t: TestContext, given: Partial<InboxOptions> = {}): Promise<Inbox> {
  const path = given.path ?? join(await folderOf(t), 'inbox.lmdb');
  const inbox = await Inbox.open({ maxBytes: roomy, log: silent, ...given, path });
  closeAfter(t, path, async () => await inbox.close());
  return inbox;
}

export interface Gate {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function gateOf(): Gate {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

/** LMDB whose `flushed` comes when the test lets it. */
export function lateEngine() {
  const gate = gateOf();
  const puts: Promise<boolean>[] = [];
  const openEngine = (path: string): InboxEngine => {
    const file = openInboxFile(path);
    const put = (key: number, value: Buffer): Promise<boolean> => {
      const written = file.put(key, value) as Promise<boolean> & { flushed: Promise<boolean> };
      written.flushed = Promise.all([written.flushed, gate.opened]).then(() => true);
      puts.push(written);
      return written;
    };
    return {
      put: put,
      remove: async (key: number) => await file.remove(key),
      get: (key) => file.get(key),
      getRange: (options) => file.getRange(options),
      close: async () => await file.close(),
    };
  };
  return { openEngine, flush: gate.open, puts };
}

/** A Temporal of the test's own: what it took, in its order, and what it says. */
export class TakingTemporal {
  readonly taken: string[] = [];
  /** Thrown instead of an answer where it gives one. */
  refuse: (id: string) => Error | undefined = () => undefined;
  /** Awaited before each answer. */
  before: (id: string) => Promise<void> = async () => undefined;
  underway = 0;
  mostUnderway = 0;

  readonly submit: Accept = async ({ delivery: { provider, id: deliveryId } }) => {
    this.underway += 1;
    this.mostUnderway = Math.max(this.mostUnderway, this.underway);
    try {
      await this.before(deliveryId);
      const refusal = this.refuse(deliveryId);
      if (refusal !== undefined) throw refusal;
      this.taken.push(deliveryId);
      return { status: 'accepted', deliveryId, workflowId: idempotencyKey(provider, deliveryId) };
    } finally {
      this.underway -= 1;
    }
  };
}

export interface LogLine extends Record<string, unknown> {
  readonly msg: string;
}

/** A log whose lines the test reads. */
export function readableLog() {
  const lines: LogLine[] = [];
  const write = (line: string): unknown => lines.push(JSON.parse(line) as LogLine);
  return { lines, log: pino({ base: null, level: 'debug' }, { write }) };
}
