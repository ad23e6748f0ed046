import type { Database } from '@ladybugdb/core';
import { Session } from './engine.ts';

const maxSessions = 4;

/** Connections for reading: they see the last committed state and do not wait for the writer. */
export class ReadSessions {
  readonly #database: Database;
  readonly #idle: Session[] = [];
  readonly #waiting: (() => void)[] = [];
  #open = 0;

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
    while (this.#idle.length === 0 && this.#open >= maxSessions) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.#idle.pop() ?? (await this.#create());
  }

  give(session: Session): void {
    this.#idle.push(session);
    this.#waiting.shift()?.();
  }

  /** Waits for what is read, then closes all. */
  async close(): Promise<void> {
    while (this.#idle.length < this.#open) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    for (const session of this.#idle.splice(0)) await session.close();
    this.#open = 0;
  }

  async #create(): Promise<Session> {
    this.#open += 1;
    try {
      return await Session.open(this.#database);
    } catch (error) {
      this.#open -= 1;
      throw error;
    }
  }
}
