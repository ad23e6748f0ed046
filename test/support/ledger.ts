import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import github from '../../src/providers/github/index.ts';
import type { Provider } from '../../src/providers/provider.ts';
import slack from '../../src/providers/slack/index.ts';
import type { SendersOrder } from './load/senders.ts';
import type { Answered } from './load/send-over.ts';
import { issueDeliveries, keyOf, type TestDelivery } from './test-deliveries.ts';

const providers = { github: github as unknown as Provider, slack: slack as unknown as Provider };
const program = fileURLToPath(new URL('./load/senders.js', import.meta.url));
const retryMs = 100;
const patienceMs = 180_000;

export interface Target {
  readonly url: string;
  readonly secret: string;
}

export interface Load {
  readonly senders: number;
  /** Of each sender between two deliveries. */
  readonly pauseMs?: number;
  /** While it is true, no sender begins another one. */
  readonly isHeld?: () => boolean;
}

/** Of times in any order, rounded; NaN where there is none. */
export function percentileOf(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? NaN);
}

/** What was acknowledged, and how long the answers took. */
export class Ledger {
  /** By their idempotency keys. */
  readonly acknowledged = new Map<string, TestDelivery>();
  /** Milliseconds until each 2xx. */
  readonly latencies: number[] = [];
  /** How often it was answered with this status, or `none` where the server was not there. */
  readonly answers = new Map<number | 'none', number>();

  /**
   * Sends everything with so many senders at once, each delivery again and again until it has a 2xx, as an honest sender
   * would, whatever becomes of the server meanwhile.
   */
  async sendAll(
    deliveries: Iterable<TestDelivery>,
    target: Target,
    { senders, pauseMs = 0, isHeld = () => false }: Load,
  ): Promise<void> {
    const queue = deliveries[Symbol.iterator]();
    const send = async (): Promise<void> => {
      for (let next = queue.next(); next.done !== true; next = queue.next()) {
        await this.send(next.value, target);
        do await sleep(pauseMs);
        while (isHeld());
      }
    };
    await Promise.all(Array.from({ length: senders }, send));
  }

  /** As `sendAll`, by another process and once: this one has enough to do, which would be measured too. */
  async sendFromElsewhere(
    { name, count }: { readonly name: string; readonly count: number },
    { url, secret }: Target,
    { senders }: Pick<Load, 'senders'>,
  ): Promise<void> {
    const order: SendersOrder = { url, secret, name, count, senders };
    const child = fork(program, [JSON.stringify(order)]);
    const ended = new AbortController();
    child.once('exit', () =>
      ended.abort(new Error('The senders ended before they had told of their answers.')),
    );
    const message = once(child, 'message', { signal: ended.signal });
    const [answers] = (await message) as [readonly (Answered | undefined)[]];
    for (const [index, delivery] of (await issueDeliveries(name, count)).entries()) {
      const { status, ms } = answers[index] ?? { status: 0, ms: NaN };
      this.#count(status === 0 ? 'none' : status);
      if (status < 200 || status > 299) continue;
      this.latencies.push(ms);
      this.acknowledged.set(keyOf(delivery), delivery);
    }
  }

  /** @returns the first acknowledging answer */
  async send(delivery: TestDelivery, target: Target): Promise<Response> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const response = await this.#post(delivery, target);
      if (response?.ok === true) return response;
      if (Date.now() > deadline)
        throw new Error(`${keyOf(delivery)} is not acknowledged: ${response?.status ?? 'no answer'}`);
      await sleep(retryMs);
    }
  }

  percentile(share: number): number {
    return percentileOf(this.latencies, share);
  }

  async #post(delivery: TestDelivery, { url, secret }: Target): Promise<Response | undefined> {
    const { provider: name, id: deliveryId, eventType, body } = delivery;
    const provider = providers[name];
    const settings = provider.settings.parse({ webhook_secret: secret });
    const headers = provider.sign({ body, deliveryId, eventType, sentAt: new Date() }, settings);
    const startedAt = performance.now();
    try {
      const response = await fetch(`${url}/webhooks/${name}`, {
        method: 'POST',
        body: new Uint8Array(body),
        headers,
      });
      this.#count(response.status);
      if (!response.ok) {
        await response.body?.cancel();
        return response;
      }
      this.latencies.push(performance.now() - startedAt);
      this.acknowledged.set(keyOf(delivery), delivery);
      return response;
    } catch {
      this.#count('none');
      return undefined;
    }
  }

  #count(answer: number | 'none'): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}
