import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Client } from '@temporalio/client';
import { TemporalUnavailableError } from '../../src/errors.ts';
import { acceptIntoTemporal } from '../../src/ingress/accept.ts';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { isServerWide } from '../../src/temporal/reach.ts';
import { startGrpcServer } from '../support/grpc-server.ts';
import { submissionOf } from '../support/inbox.ts';

const unavailable = 14;

suite('temporal › deadlines', () => {
  test('a start that the server refuses for now is given up at the deadline, while the SDK would go on for ten seconds', async (t) => {
    const server = await startGrpcServer({ StartWorkflowExecution: unavailable });
    t.after(async () => await server[Symbol.asyncDispose]());
    const connection = await connectTemporal({ address: server.address });
    t.after(async () => await connection.close());
    const accept = acceptIntoTemporal(new Client({ connection }), 100);
    await assert.rejects(accept(submissionOf('d')), (error) => {
      return error instanceof TemporalUnavailableError && isServerWide(error);
    });
    // The first attempts are 0.1, 0.17 and 0.29 seconds apart; within ten seconds there are nine or ten.
    const starts = server.calls.filter((name) => name === 'StartWorkflowExecution').length;
    assert.ok(starts <= 5, `it was tried ${starts} times`);
  });
});
