import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { startIngress } from '../support/ingress.ts';
import { heapInUse } from './heap.ts';
import { loadSenders, type Sender } from './senders.ts';

const total = 20_000;
const atOnce = 50;

/** The status of one post over a connection that is kept. */
async function postOnce(agent: Agent, port: number, given: { path: string; body: Buffer; headers: object }) {
  return await new Promise<number>((resolve, reject) => {
    const { path, body, headers } = given;
    const length = { 'content-length': body.length };
    const sent = request({
      agent,
      port,
      host: '127.0.0.1',
      method: 'POST',
      path,
      headers: { ...headers, ...length },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.end(body);
  });
}

/** Signed by somebody who does not have the secret. */
function forged(sender: Sender): { path: string; body: Buffer; headers: object } {
  const { headers, body } = sender.honest();
  return { path: `/webhooks/${sender.name}`, headers, body: Buffer.concat([body, Buffer.from(' ')]) };
}

test(
  'hostile › a flood of bad signatures costs no acceptance, and no growing log, file or memory',
  { timeout: 300_000 },
  async (t) => {
    const senders = [...(await loadSenders()).values()].filter(({ name }) => name !== 'token');
    let accepted = 0;
    const ingress = await startIngress(t, {
      providers: new Map(senders.map((sender) => [sender.name, sender])),
      accept: async ({ delivery }) => {
        accepted += 1; // the only way to the inbox, to Temporal and to the graph
        return { status: 'accepted', deliveryId: delivery.id, workflowId: delivery.id };
      },
    });
    const forgeries = senders.map((sender) => ({ sender, post: forged(sender) }));
    const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
    t.after(() => agent.destroy());
    let next = 0;
    const statuses = new Map<string, number>();
    const flood = async (until: number): Promise<void> => {
      const sendMore = async (): Promise<void> => {
        while (next < until) {
          const { sender, post } = forgeries[next++ % forgeries.length] ?? assert.fail();
          const key = `${sender.name} ${await postOnce(agent, ingress.port, post)}`;
          statuses.set(key, (statuses.get(key) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, sendMore));
    };
    await flood(2000);
    const before = heapInUse();
    await flood(total);
    const grown = heapInUse() - before;

    assert.equal(accepted, 0);
    assert.deepEqual(
      [...statuses.keys()].sort(),
      senders.map(({ name, refused }) => `${name} ${refused}`).sort(),
    );
    assert.equal(
      [...statuses.values()].reduce((sum, count) => sum + count),
      total,
    );
    assert.ok(ingress.lines.length <= senders.length * 11, `${ingress.lines.length} lines in the log`);
    for (const { name } of senders) {
      assert.equal(ingress.rejections.list({ provider: name, limit: 100_000 }).length, 100, name);
    }
    t.diagnostic(`${total} refused; the heap grew by ${(grown / 1e6).toFixed(1)} MB`);
    assert.ok(grown < 10e6, `the heap grew by ${grown} bytes`);

    const first = senders[0] ?? assert.fail();
    const { headers, body } = first.honest();
    const status = await postOnce(agent, ingress.port, {
      path: `/webhooks/${first.name}`,
      headers,
      body: Buffer.from(body),
    });
    assert.deepEqual([status, accepted], [202, 1]);
  },
);
