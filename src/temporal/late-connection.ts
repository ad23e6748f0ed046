import { type ConnectionLike, InternalConnectionLikeSymbol, type Metadata } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { Logger } from 'pino';
import { TemporalUnavailableError } from '../errors.ts';
import { messageOf } from '../message-of.ts';
import { atMost } from '../lifecycle/at-most.ts';
import { persist } from '../lifecycle/persist.ts';

export interface LateConnectionOptions {
  /** Connects, and prepares what is needed: it is tried as a whole. */
  readonly open: () => Promise<NativeConnection>;
  /** Of the process: with it nothing more is tried. */
  readonly signal: AbortSignal;
  readonly log: Logger;
}

/** gRPC's code of a server that is not there. */
const unavailable = 14;

/**
 * A connection for a process that may be up before its Temporal is. Until it is open, whatever is asked of it fails at
 * once as it does where Temporal is away, so that who uses it needs to know one kind of outage and not two.
 */
export class LateConnection implements ConnectionLike {
  readonly plugins = [];
  /** As the one that it stands for; the client looks here. */
  readonly [InternalConnectionLikeSymbol] = { supportsEagerStart: true };
  readonly #options: LateConnectionOptions;
  #opened: NativeConnection | undefined;
  #opening: Promise<NativeConnection> | undefined;
  #trouble = 'Temporal has not answered yet.';

  constructor(options: LateConnectionOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** What a worker needs, which takes no other, once there is one. Rejects where the process ends before. */
  async whenOpen(): Promise<NativeConnection> {
    return await (this.#opening ??= this.#attempt());
  }

  /**
   * Waits so long for a Temporal that answers, then goes on without it, and tries again with growing pauses.
   *
   * @throws what the first attempt throws within that time, unless it is that Temporal is away
   */
  async openOrGoOn(patienceMs: number): Promise<void> {
    const first = this.#attempt();
    try {
      await atMost(patienceMs, first);
    } catch (error) {
      if (!(error instanceof TemporalUnavailableError)) throw error;
    }
    this.#opening = this.isOpen ? first : this.#goOn(first);
    this.#opening.catch(() => undefined); // where nobody waits for it
  }

  async close(): Promise<void> {
    await this.#opened?.close();
  }

  get workflowService(): NativeConnection['workflowService'] {
    return this.#there.workflowService;
  }

  get operatorService(): NativeConnection['operatorService'] {
    return this.#there.operatorService;
  }

  async ensureConnected(): Promise<void> {
    await this.#there.ensureConnected();
  }

  async withDeadline<R>(deadline: number | Date, call: () => Promise<R>): Promise<R> {
    return await this.#there.withDeadline(deadline, call);
  }

  async withMetadata<R>(metadata: Metadata, call: () => Promise<R>): Promise<R> {
    return await this.#there.withMetadata(metadata, call);
  }

  async withAbortSignal<R>(signal: AbortSignal, call: () => Promise<R>): Promise<R> {
    return await this.#there.withAbortSignal(signal, call);
  }

  get #there(): NativeConnection {
    if (this.#opened !== undefined) return this.#opened;
    throw Object.assign(new Error(this.#trouble), {
      code: unavailable,
      details: this.#trouble,
      metadata: {},
    });
  }

  async #attempt(): Promise<NativeConnection> {
    const { open, signal } = this.#options;
    const opened = await open();
    if (signal.aborted) await opened.close(); // it came after the end
    signal.throwIfAborted();
    this.#opened = opened;
    return opened;
  }

  async #goOn(first: Promise<NativeConnection>): Promise<NativeConnection> {
    const { signal, log } = this.#options;
    let underway: Promise<NativeConnection> | undefined = first;
    const opened = await persist(
      async () => {
        const attempt = underway ?? this.#attempt();
        underway = undefined;
        return await attempt;
      },
      { signal, onFailure: (error) => this.#failed(error) },
    );
    log.info('Temporal is there');
    return opened;
  }

  /** Told when it changes, and not at each attempt. */
  #failed(error: unknown): void {
    const { log } = this.#options;
    const reason = messageOf(error);
    if (reason === this.#trouble) return;
    this.#trouble = reason;
    if (error instanceof TemporalUnavailableError) {
      log.warn({ reason }, 'Temporal is away; deliveries wait in the inbox until it is there');
    } else {
      log.error({ reason }, 'Temporal cannot be used; deliveries wait in the inbox until that is put right');
    }
  }
}
