import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { deliver, FlowstateProcess, folderWithConfig, idsInGraph } from '../support/flowstate-process.ts';
import { payloadOf } from '../support/system.ts';

suite('the program › nobody reads its log any more', () => {
  for (const format of ['json', 'pretty']) {
    test(`${format}: it goes on, and stops cleanly when it is told to`, async (t) => {
      const folder = await folderWithConfig(t, `log: { level: debug, format: ${format} }`);
      const program = new FlowstateProcess(folder);
      const { stdout, stderr } = program.child;
      assert.ok(stdout !== null && stderr !== null);
      await once(stdout, 'data'); // as `| head -1`
      stdout.destroy();
      const url = await program.ready();
      stderr.destroy();
      const headers = { 'content-type': 'application/json' };
      const refused = await fetch(`${url}/webhooks/github`, { method: 'POST', body: '{}', headers });
      assert.equal(refused.status, 401); // of which the log tells
      assert.equal((await deliver(url, 'd', await payloadOf('github', 'issues'))).status, 202);
      await eventually(async () => assert.deepEqual(await idsInGraph(url), ['d']));
      program.child.kill('SIGTERM');
      assert.deepEqual(await program.ended, [0, null]);
      const left = await readdir(join(folder, 'data'));
      assert.deepEqual(
        left.filter((name) => name.endsWith('.json') && name !== 'rejections.json'),
        [],
        'the lock and the note of its address',
      );
    });
  }
});

suite('the program › its log is on a full disk', () => {
  for (const format of ['json', 'pretty']) {
    test(`${format}: it answers all the same, and stops cleanly when it is told to`, async (t) => {
      const folder = await folderWithConfig(t, `log: { level: debug, format: ${format} }`);
      const program = new FlowstateProcess(folder, { shell: 'exec "$0" "$@" >/dev/full 2>/dev/full' });
      const url = await program.ready();
      for (const id of ['a', 'b', 'c'])
        assert.equal((await deliver(url, id, await payloadOf('github', 'issues'))).status, 202);
      await eventually(async () => assert.deepEqual((await idsInGraph(url)).toSorted(), ['a', 'b', 'c']));
      program.child.kill('SIGTERM');
      assert.deepEqual(await program.ended, [0, null]);
    });
  }
});
