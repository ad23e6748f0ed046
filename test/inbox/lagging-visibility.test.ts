import assert from 'node:assert/strict';
import { test } from 'node:test';
import { acceptIntoTemporal, findState } from '../../src/ingress/accept.ts';
import { eventually } from '../support/eventually.ts';
import { openInbox, readableLog, submissionOf } from '../support/inbox.ts';
import { startTestTemporal } from '../support/temporal.ts';

test('beside a real Temporal whose visibility shows nothing, only what it has lost is submitted again', async (t) => {
  const temporal = await startTestTemporal();
  t.after(async () => await temporal.stop());
  const { client, namespace } = temporal;
  const { lines, log } = readableLog();
  const lost = (): unknown[] =>
    lines.filter(({ msg }) => msg.includes('has lost')).map(({ workflow_id: id }) => id);
  const inbox = await openInbox(t, { log });
  const submit = acceptIntoTemporal(client);
  let asked = 0;
  inbox.startForwarding({
    submit,
    runsOf: async () => [],
    stateOf: async (workflowId) => {
      asked += 1;
      return await findState(client, workflowId);
    },
    keepMinutes: 0,
    timing: { intervalMs: 20, unknownMs: 100, crowdedKeepMs: 60_000 },
  });
  const ids = ['runs', 'closes', 'vanishes'];
  for (const id of ids) await inbox.add(submissionOf(id));
  await eventually(async () => assert.ok(asked >= 6));
  assert.deepEqual([lost(), inbox.status().entries], [[], 3]);

  const firstRun = (await client.workflow.getHandle('acme:vanishes').describe()).runId;
  await client.workflow.getHandle('acme:closes').terminate('as a person does');
  await client.workflowService.deleteWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: 'acme:vanishes' },
  });
  await eventually(async () => {
    assert.equal(inbox.find('acme', 'closes')?.state, 'terminated');
    assert.notEqual((await client.workflow.getHandle('acme:vanishes').describe()).runId, firstRun);
  });
  assert.deepEqual(lost(), ['acme:vanishes']);
  await eventually(async () => assert.equal(inbox.status().entries, 2));
  assert.equal((await client.workflow.getHandle('acme:runs').describe()).status.name, 'RUNNING');
  await inbox.close();
});
