import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { isRunning } from '../../src/lifecycle/process-identity.ts';
import github from '../../src/providers/github/index.ts';
import { readRecord } from '../../src/temporal/dev-server/record.ts';
import { eventually } from '../support/eventually.ts';
import {
  deliver,
  FlowstateProcess,
  folderWithConfig,
  idsInGraph,
  readInbox,
} from '../support/flowstate-process.ts';
import { payloadOf, secret } from '../support/system.ts';

/** A delivery of which the server has the head and half of the body. */
async function halfSent(
  url: string,
  id: string,
  body: Buffer,
): Promise<{ rest: () => void; sent: ClientRequest }> {
  const settings = github.settings.parse({ webhook_secret: secret });
  const headers = github.sign({ body, deliveryId: id, eventType: 'issues', sentAt: new Date() }, settings);
  const sent = request(`${url}/webhooks/github`, {
    method: 'POST',
    headers: { ...headers, 'content-length': body.length },
  });
  const half = Math.floor(body.length / 2);
  await new Promise<void>((resolve, reject) => {
    sent.on('error', reject);
    sent.write(body.subarray(0, half), () => resolve());
  });
  return { sent, rest: () => sent.end(body.subarray(half)) };
}

async function isRefused(url: string): Promise<boolean> {
  return await fetch(`${url}/readyz`).then(
    () => false,
    (error: unknown) => (error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED',
  );
}

suite('the program › a stop under load', () => {
  test('SIGTERM: not ready first, then deaf, what was begun is answered, and nothing acknowledged is lost', async (t) => {
    const body = await payloadOf('github', 'issues');
    const folder = await folderWithConfig(t, 'log: { level: info, format: json }');
    const first = new FlowstateProcess(folder);
    let url = await first.ready();
    const temporal = (await readRecord(join(folder, 'data', 'temporal'))) ?? assert.fail();

    const acknowledged: string[] = [];
    const others: string[] = [];
    let sequence = 0;
    let isLoaded = true;
    const sender = async (): Promise<void> => {
      while (isLoaded) {
        const id = `load-${(sequence += 1)}`;
        const answer = await deliver(url, id, body).catch((error: unknown) => {
          isLoaded = false; // the server is gone
          others.push((error as { cause?: { code?: string } }).cause?.code ?? String(error));
          return undefined;
        });
        if (answer?.ok === true) acknowledged.push(id);
        else if (answer !== undefined) others.push(`${answer.status} ${await answer.text()}`);
      }
    };
    const senders = Array.from({ length: 20 }, sender);
    await eventually(async () => assert.ok(acknowledged.length > 100), 60_000);
    const slow = await halfSent(url, 'slow', body);
    const answered = once(slow.sent, 'response') as Promise<[IncomingMessage]>;

    first.child.kill('SIGTERM');
    await eventually(async () => assert.equal((await fetch(`${url}/readyz`)).status, 503));
    const late = await deliver(url, 'late', body);
    assert.equal(late.status, 202, 'whoever has not noticed yet is still answered');
    acknowledged.push('late');
    await eventually(async () => assert.equal(await isRefused(url), true));
    slow.rest();
    const [{ statusCode }] = await answered;
    assert.equal(statusCode, 202);
    acknowledged.push('slow');
    await Promise.all(senders);
    assert.deepEqual(await first.ended, [0, null], first.said);
    assert.equal(await isRunning(temporal), false, 'nothing is left running');
    const answers = others.filter((said) => !['ECONNREFUSED', 'ECONNRESET', 'UND_ERR_SOCKET'].includes(said));
    assert.deepEqual(answers, [], 'who was answered was answered well');
    assert.doesNotMatch(first.said, /"level":"(error|fatal)"/);

    const second = new FlowstateProcess(folder);
    url = await second.ready();
    await eventually(async () => {
      const ids = await idsInGraph(url);
      assert.equal(new Set(ids).size, ids.length, 'none is doubled');
      const missing = acknowledged.filter((id) => !ids.includes(id));
      assert.deepEqual(missing, []);
      assert.equal((await readInbox(url))['depth'], 0);
    }, 120_000);
    second.child.kill('SIGTERM');
    assert.deepEqual(await second.ended, [0, null], second.said);
  });
});
