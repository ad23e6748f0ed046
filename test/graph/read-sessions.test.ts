import assert from 'node:assert/strict';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { suite, test } from 'node:test';
import { openDatabase } from '../../src/graph/ladybug/engine.ts';
import { ReadSessions } from '../../src/graph/ladybug/read-sessions.ts';
import { inFolder } from '../support/folder.ts';

async function withSessions(work: (sessions: ReadSessions) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    const database = await openDatabase(join(folder, 'graph.lbug'), 256 * 1024 * 1024);
    const sessions = new ReadSessions(database);
    await work(sessions);
    await sessions.close();
    await database.close();
  });
}

suite('LadybugDB › sessions that read', () => {
  test('what is done while nothing is read waits for those that read, and who comes meanwhile for its end', async () => {
    await withSessions(async (sessions) => {
      const course: string[] = [];
      const readers = await Promise.all([1, 2, 3, 4].map(async () => await sessions.take()));
      const queued = sessions.use(async () => void course.push('queued read'));
      const checkpoint = sessions.whileNothingIsRead(async () => {
        course.push('begun');
        await sleep(50);
        course.push('done');
      });
      const late = sessions.use(async () => void course.push('late read'));
      for (const reader of readers) {
        await sleep(5);
        course.push('given back');
        sessions.give(reader);
      }
      await Promise.all([checkpoint, queued, late]);
      assert.deepEqual(course.slice(0, 6), [...Array<string>(4).fill('given back'), 'begun', 'done']);
      assert.deepEqual(course.slice(6).toSorted(), ['late read', 'queued read']);
    });
  });

  test('its failure lets those that wait read', async () => {
    await withSessions(async (sessions) => {
      const fails = sessions.whileNothingIsRead(async () => await Promise.reject(new Error('full')));
      const read = sessions.use(async (session) => await session.run('RETURN 1 AS one'));
      await assert.rejects(fails, /full/);
      assert.deepEqual(await read, [{ one: 1 }]);
    });
  });
});
