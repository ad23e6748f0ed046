import { readFile, rename, writeFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { Logger } from 'pino';
import { z } from 'zod';
import { SignatureInvalidError, WebhookError } from '../errors.ts';
import { redactAddress, redactBody, redactHeaders } from './redact.ts';

/** A request that was refused, as far as a person needs it to see why. */
export interface Rejection {
  readonly at: string;
  /** A configured name, or `unknown`. */
  readonly provider: string;
  readonly status: number;
  readonly code: string;
  /** Of a signature: what did not hold. */
  readonly reason?: string | undefined;
  readonly message: string;
  /** Where it was posted to; of a query the names alone. */
  readonly path?: string | undefined;
  /** Values that may prove or tell something secret are replaced by their lengths. */
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where the request was refused before its body was read. */
  readonly body_bytes?: number | undefined;
  readonly body_start?: string | undefined;
}

export interface Refused {
  readonly provider: string;
  readonly error: unknown;
  /** The path and the query as they were sent. */
  readonly address?: string;
  readonly headers: IncomingHttpHeaders;
  readonly body?: Uint8Array | undefined;
}

const keptPerProvider = 100;
const saveEveryMs = 5000;

const saved = z.array(
  z.strictObject({
    at: z.string(),
    provider: z.string(),
    status: z.number(),
    code: z.string(),
    reason: z.string().optional(),
    message: z.string(),
    path: z.string().optional(),
    headers: z.record(z.string(), z.string()),
    body_bytes: z.number().optional(),
    body_start: z.string().optional(),
  }),
);

/**
 * The newest refused requests of each provider, in memory and, some seconds later, in a file. A flood costs no more than
 * an entry of a list each, and the rejections of one provider push out no other's.
 */
export class Rejections {
  readonly #path: string;
  readonly #log: Logger;
  readonly #kept = new Map<string, Rejection[]>();
  #timer: NodeJS.Timeout | undefined;
  /** One after the other: they write the same file. */
  #saving: Promise<void> = Promise.resolve();

  private constructor(path: string, log: Logger) {
    this.#path = path;
    this.#log = log;
  }

  /** A file that cannot be read is begun anew: it is a help for people, not a record. */
  static async open(path: string, log: Logger): Promise<Rejections> {
    const rejections = new Rejections(path, log);
    const text = await readFile(path, 'utf8').catch(() => '[]');
    const read = saved.safeParse(asJson(text));
    for (const one of read.data ?? []) rejections.#keep(one);
    if (!read.success) log.warn({ path }, 'the kept rejections are unreadable; they begin anew');
    return rejections;
  }

  add({ provider, error, address, headers, body }: Refused): void {
    if (!(error instanceof WebhookError)) return;
    const { status, code, message } = error;
    this.#keep({
      at: new Date().toISOString(),
      ...{ provider, status, code, message },
      ...(error instanceof SignatureInvalidError ? { reason: error.reason } : {}),
      ...(address === undefined ? {} : { path: redactAddress(address) }),
      headers: redactHeaders(headers),
      ...(body === undefined
        ? {}
        : { body_bytes: body.length, body_start: redactBody(body, headers['content-type']) }),
    });
    this.#timer ??= setTimeout(() => this.#saveSoon(), saveEveryMs);
  }

  /** The newest first. */
  list({ provider, limit }: { readonly provider?: string | undefined; readonly limit: number }): Rejection[] {
    const lists = provider === undefined ? [...this.#kept.values()] : [this.#kept.get(provider) ?? []];
    return lists
      .flat()
      .toSorted((a, b) => (a.at < b.at ? 1 : -1))
      .slice(0, limit);
  }

  async close(): Promise<void> {
    if (this.#timer !== undefined) this.#saveSoon();
    await this.#saving;
  }

  #keep(rejection: Rejection): void {
    const list = this.#kept.get(rejection.provider) ?? [];
    list.push(rejection);
    if (list.length > keptPerProvider) list.shift();
    this.#kept.set(rejection.provider, list);
  }

  #saveSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(async () => await this.#save());
  }

  async #save(): Promise<void> {
    try {
      await writeFile(`${this.#path}.new`, JSON.stringify([...this.#kept.values()].flat()));
      await rename(`${this.#path}.new`, this.#path);
    } catch (error) {
      this.#log.warn({ err: error }, 'the rejections could not be saved');
    }
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
