import type { Program } from '../support/program.ts';

/** Deliveries that wait in the inbox, beyond which a sender of the soak pauses: what waits for hours proves nothing. */
const deep = 1000;
const lookMs = 500;

/** How far the program is behind, looked up again and again. */
export class Backlog {
  isDeep = false;
  readonly #program: Program;
  readonly #timer: NodeJS.Timeout;

  constructor(program: Program) {
    this.#program = program;
    this.#timer = setInterval(() => void this.#look(), lookMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const health = await this.#program.ask<{ components: { inbox: { depth: number } } }>('/health');
      this.isDeep = health.components.inbox.depth > deep;
    } catch {
      this.isDeep = false; // it is gone; so are the answers that senders wait for
    }
  }
}
