import { openLadybugStore } from '../../src/graph/ladybug/store.ts';
import { changeOf, make, task, testModel, user } from './changes.ts';

/** Writes until it is killed, names of so many characters; a line for each change that was acknowledged. */
const name = 'n'.repeat(Number(process.argv[3] ?? 10));
const store = await openLadybugStore({ path: process.argv[2] ?? '', bufferPoolBytes: 256 * 1024 * 1024 });
await store.migrate(testModel);

async function write(id: string): Promise<void> {
  await store.apply(
    changeOf(1, [make.upsert(task(id), { name }), make.link(task(id), 'ASSIGNED_TO', user(1))]),
  );
  process.stdout.write(`${id}\n`);
}

for (let round = 0; ; round += 1) {
  await Promise.all(Array.from({ length: 40 }, async (_, index) => await write(`${round}-${index}`)));
}
