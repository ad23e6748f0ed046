import type { Outgoing } from './senders.ts';

const connections = 24;
const answerMs = 30_000;
/** Between attempts of one delivery. */
const pauseMs = 200;
const patienceMs = 600_000;

export interface Posted {
  /** In the order of their answers. */
  readonly acknowledged: ReadonlySet<Outgoing>;
  /** Attempts that were not acknowledged: the connection broke, or the answer was none of success. */
  readonly failedAttempts: number;
  readonly seconds: number;
}

export interface PostingOptions {
  readonly deliveries: readonly Outgoing[];
  /** Where to post at the moment; asked before each attempt. */
  readonly urls: () => readonly string[];
  readonly onAcknowledged?: (count: number) => void;
}

/** Posts as senders do: what is not acknowledged is sent again, until it is. */
export async function postAll({ deliveries, urls, onAcknowledged }: PostingOptions): Promise<Posted> {
  const startedAt = performance.now();
  const waiting = [...deliveries];
  const acknowledged = new Set<Outgoing>();
  let failedAttempts = 0;

  async function postUntilAcknowledged(delivery: Outgoing, attempt: number): Promise<void> {
    const all = urls();
    const url = all[(acknowledged.size + attempt) % all.length] ?? '';
    if (await isAcknowledged(url, delivery)) {
      acknowledged.add(delivery);
      onAcknowledged?.(acknowledged.size);
      return;
    }
    failedAttempts += 1;
    if (performance.now() - startedAt > patienceMs) throw new Error(`${delivery.sender}: never acknowledged`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    await postUntilAcknowledged(delivery, attempt + 1);
  }

  async function sendAll(): Promise<void> {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await postUntilAcknowledged(next, 0);
    }
  }
  await Promise.all(Array.from({ length: connections }, sendAll));
  return { acknowledged, failedAttempts, seconds: (performance.now() - startedAt) / 1000 };
}

/** @throws where the server says that it never will take it */
async function isAcknowledged(url: string, { sender, path, body, sign }: Outgoing): Promise<boolean> {
  let response: Response;
  try {
    response = await fetch(`${url}/webhooks/${sender}${path}`, {
      method: 'POST',
      body,
      headers: sign(),
      signal: AbortSignal.timeout(answerMs),
    });
    await response.arrayBuffer();
  } catch {
    return false; // broken off: what was sent may have been taken
  }
  if (response.status >= 400 && response.status < 500)
    throw new Error(`${sender}${path}: refused with ${response.status}`);
  return response.ok;
}
