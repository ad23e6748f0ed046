import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { suite, test } from 'node:test';
import { DiskSpace } from '../../src/ingress/inbox/space.ts';
import { freeMegabytes } from '../../src/lifecycle/free-space.ts';

const megabyte = 1024 * 1024;
/** Others write to this disk too; what they write meanwhile is far less than this. */
const room = 2000;

suite('inbox › room on the disk', () => {
  test('what is granted and not written yet counts: of many at once only those that fit are granted', async () => {
    const free = await freeMegabytes(tmpdir());
    const space = new DiskSpace(tmpdir());
    const asked = [1, 2, 3, 4, 5].map(
      async () => await space.require(free - room, (room / 2 - 100) * megabyte),
    );
    const outcomes = (await Promise.allSettled(asked)).map(({ status }) => status);
    assert.deepEqual(outcomes, ['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected']);
  });

  test('a grant lasts until its write has ended, however often the disk is measured', async () => {
    const free = await freeMegabytes(tmpdir());
    const space = new DiskSpace(tmpdir());
    const settled = await space.require(free - room, (room - 500) * megabyte);
    space.forget();
    await assert.rejects(space.require(free - room, 1000 * megabyte), /MB are needed/);
    settled(); // it wrote nothing after all
    space.forget();
    await space.require(free - room, 1000 * megabyte);
  });
});
