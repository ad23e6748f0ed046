import assert from 'node:assert/strict';
import { before, suite, test, type TestContext } from 'node:test';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { prepareNamespace } from '../../src/temporal/namespace.ts';
import { type GrpcStatuses, startGrpcServer } from '../support/grpc-server.ts';
import { quietRuntime } from '../support/temporal.ts';

const notFound = 5;
const invalidArgument = 3;
const permissionDenied = 7;
const unauthenticated = 16;

const forbidden = {
  RegisterNamespace: permissionDenied,
  ListSearchAttributes: permissionDenied,
  AddSearchAttributes: permissionDenied,
};

suite('temporal › a key without the right to administer', () => {
  before(quietRuntime);

  async function prepare(t: TestContext, statuses: GrpcStatuses): Promise<readonly string[]> {
    const server = await startGrpcServer(statuses);
    t.after(async () => await server[Symbol.asyncDispose]());
    const connection = await connectTemporal({ address: server.address });
    t.after(async () => await connection.close());
    await prepareNamespace(connection, { namespace: 'team', retentionDays: 30 });
    return server.calls;
  }

  test('is enough where an administrator made what is needed', async (t) => {
    const calls = await prepare(t, forbidden);
    assert.ok(calls.includes('DescribeNamespace'));
    assert.ok(calls.includes('CountWorkflowExecutions'));
  });

  const missing: [string, GrpcStatuses, RegExp][] = [
    ['the namespace', { ...forbidden, DescribeNamespace: notFound }, /namespace team .* 30 days/],
    [
      'a search attribute',
      { ...forbidden, CountWorkflowExecutions: invalidArgument },
      /Make them: .*ReceivedAt \(DATETIME\)/,
    ],
    [
      'the right to see the namespace',
      { RegisterNamespace: unauthenticated, DescribeNamespace: unauthenticated },
      /temporal\.api_key/,
    ],
    ['the right to see one that it may make', { DescribeNamespace: permissionDenied }, /DescribeNamespace/],
  ];
  for (const [what, statuses, message] of missing) {
    test(`is told at once, without a retry, that ${what} is missing`, async (t) => {
      const startedAt = performance.now();
      await assert.rejects(async () => await prepare(t, statuses), { code: 'TEMPORAL_REFUSED', message });
      assert.ok(performance.now() - startedAt < 10_000);
    });
  }
});
