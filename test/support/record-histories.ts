import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { packageRoot } from '../../src/package-root.ts';
import { replayEvent } from '../../src/ops/replay.ts';
import { eventually } from './eventually.ts';
import { startPipeline } from './pipeline.ts';
import { startTestTemporal } from './temporal.ts';

/**
 * Writes a history of each way through the kernel into test/histories: \`npm run record-histories\`. Do that when the
 * order of its steps was changed on purpose, and keep the old ones beside them, for runs that are under way.
 */
const temporal = await startTestTemporal();
const pipeline = await startPipeline(temporal);
const settled = async (id: string) => {
  await temporal.client.workflow
    .getHandle(`github:${id}`)
    .result()
    .catch(() => undefined);
};

await pipeline.submit('written');
await pipeline.submit('skipped', { skip: true });
pipeline.store.rejected.add('github:failed').add('github:replayed');
await pipeline.submit('failed');
await pipeline.submit('replayed');
await settled('replayed');
pipeline.store.rejected.delete('github:replayed');
await replayEvent(temporal.client, { provider: 'github', id: 'replayed' }, false);
pipeline.enrichments.push('unavailable');
await pipeline.submit('enriched', {}, { enrich: true });
await settled('enriched');
pipeline.store.isDown = true;
await pipeline.submit('waited');
await eventually(async () => {
  const { raw } = await temporal.client.workflow.getHandle('github:waited').describe();
  if ((raw.pendingActivities ?? []).length === 0) throw new Error('no pending activity yet');
});
pipeline.store.isDown = false;

for (const id of ['written', 'skipped', 'failed', 'replayed', 'enriched', 'waited']) {
  await settled(id);
  const history = await temporal.client.workflow.getHandle(`github:${id}`).fetchHistory();
  const text = historyToJSON(history).replaceAll(packageRoot, '/flow-state'); // stacks have paths of this machine
  await writeFile(join(packageRoot, 'test', 'histories', `${id}.json`), text);
}
await pipeline.stop();
await temporal.stop();
