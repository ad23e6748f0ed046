import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Client } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import { TemporalRefusedError, TemporalUnavailableError } from '../../src/errors.ts';
import { acceptIntoTemporal } from '../../src/ingress/accept.ts';
import { taskQueueOf, workflowTypeOf } from '../../src/temporal/names.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { LateConnection } from '../../src/temporal/late-connection.ts';
import { isServerWide, reach } from '../../src/temporal/reach.ts';
import { startWorkers } from '../../src/temporal/worker.ts';
import { gateOf, readableLog, submissionOf } from '../support/inbox.ts';
import { namespace, startTestTemporal, type TestTemporal } from '../support/temporal.ts';

const briefMs = 20;
const longMs = 60_000;

function lateConnection(open: () => Promise<NativeConnection>) {
  const { lines, log } = readableLog();
  const process_ = new AbortController();
  return { connection: new LateConnection({ open, signal: process_.signal, log }), lines, process_ };
}

suite('temporal › a connection that may open later', () => {
  let temporal: TestTemporal;
  before(async () => {
    temporal = await startTestTemporal();
  });
  after(async () => await temporal.stop());

  const connect = async (): Promise<NativeConnection> => await connectTemporal({ address: temporal.address });

  test('until it is open, what is asked fails as it does where Temporal is away', async () => {
    const gate = gateOf();
    const { connection } = lateConnection(async () => await gate.opened.then(connect));
    await connection.openOrGoOn(briefMs);
    assert.equal(connection.isOpen, false);
    const client = new Client({ connection, namespace });
    await assert.rejects(
      reach(client, async () => await client.workflow.count()),
      {
        code: 'TEMPORAL_UNAVAILABLE',
      },
    );
    await assert.rejects(acceptIntoTemporal(client)(submissionOf('d')), (error) => {
      return error instanceof TemporalUnavailableError && isServerWide(error);
    });
    gate.open();
    await connection.whenOpen();
    assert.equal((await acceptIntoTemporal(client)(submissionOf('d'))).status, 'accepted');
    await connection.close();
  });

  test('a start through it goes straight to a worker of this process, as through the one itself', async () => {
    const { connection } = lateConnection(connect);
    await connection.openOrGoOn(longMs);
    assert.equal(connection.isOpen, true);
    const { dataConverter } = temporal;
    const workers = await startWorkers({
      ...{ connection: await connection.whenOpen(), namespace, dataConverter },
      ...{ providers: ['github'], activities: {} as never, version: '0' },
      onFailure: (error) => assert.fail(String(error)),
    });
    const client = new Client({ connection, namespace, dataConverter });
    const handle = await client.workflow.start(workflowTypeOf('github'), {
      ...{ workflowId: 'eager', taskQueue: taskQueueOf('github'), requestEagerStart: true },
    });
    assert.equal(handle.eagerlyStarted, true);
    await handle.terminate();
    await workers.stop();
    await connection.close();
  });

  test('a failure is told when it is another one, and is over when it opens', async () => {
    const failures = [
      new TemporalUnavailableError('away'),
      new TemporalUnavailableError('away'),
      new TemporalRefusedError('a wrong key'),
    ];
    const { connection, lines } = lateConnection(async () => {
      const failure = failures.shift();
      if (failure !== undefined) throw failure;
      return await connect();
    });
    await connection.openOrGoOn(longMs);
    await connection.whenOpen();
    assert.deepEqual(
      lines.map(({ level, reason }) => [level, reason]),
      [
        [40, 'away'],
        [50, 'a wrong key'],
        [30, undefined],
      ],
    );
    await connection.close();
  });

  test('a refusal of the first attempt is the end of it, and is not tried again', async () => {
    let attempts = 0;
    const { connection, lines } = lateConnection(async () => {
      attempts += 1;
      throw new TemporalRefusedError('a wrong key');
    });
    await assert.rejects(connection.openOrGoOn(longMs), { code: 'TEMPORAL_REFUSED' });
    assert.deepEqual([attempts, lines], [1, []]);
  });

  test('one that opens after the end of the process is closed', async () => {
    const gate = gateOf();
    let opened: NativeConnection | undefined;
    const { connection, process_ } = lateConnection(async () => {
      await gate.opened;
      return (opened = await connect());
    });
    await connection.openOrGoOn(briefMs);
    process_.abort();
    gate.open();
    await assert.rejects(connection.whenOpen(), { name: 'AbortError' });
    await assert.rejects(async () => await opened?.workflowService.getSystemInfo({}), /[Cc]losed/);
  });
});
