import type { Database } from '@ladybugdb/core';
import { atMost } from '../../lifecycle/at-most.ts';
import { Session } from './engine.ts';

const maxSessions = 4;
/** As long as a query may take. What reads for longer, such as an export, is waited for no longer. */
const mostWaitMs = 60_000;

/** Connections for reading: they see the last committed state and do not wait for the writer. */
export class ReadSessions {
  readonly #database: Database;
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;
  #isPaused = false;

  constructor(database: Database) {
    this.#database = database;
  }

  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const session = await this.take();
    try {
      return await work(session);
    } finally {
      this.give(session);
    }
  }

  /** A session until it is given back. */
  async take(): Promise<Session> {
    while (this.#isPaused || (this.#idle.length === 0 && this.#open >= maxSessions)) await this.#change();
    return this.#idle.pop() ?? (await this.#create());
  }

  give(session: Session): void {
    this.#idle.push(session);
    this.#changed();
  }

  /** Does something while nothing is read; who wants to read meanwhile waits. One at a time. */
  async whileNothingIsRead<T>(work: () => Promise<T>): Promise<T> {
    this.#isPaused = true;
    try {
      await atMost(mostWaitMs, this.#allGivenBack());
      return await work();
    } finally {
      this.#isPaused = false;
      this.#changed();
    }
  }

  /** Waits for what is read, then closes all. */
  async close(): Promise<void> {
    await this.#allGivenBack();
    for (const session of this.#idle.splice(0)) await session.close();
    this.#open = 0;
  }

  async #allGivenBack(): Promise<void> {
    while (this.#idle.length < this.#open) await this.#change();
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** All look again: which of them may go on is theirs to say. */
  #changed(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #create(): Promise<Session> {
    this.#open += 1;
    try {
      return await Session.open(this.#database);
    } catch (error) {
      this.#open -= 1;
      this.#changed();
      throw error;
    }
  }
}
