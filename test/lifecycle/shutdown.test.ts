import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';

const script = fileURLToPath(new URL('../support/shutdown-process.js', import.meta.url));
const log = pino({ level: 'silent' });

/** Sends a signal for each of these lines as it is said. @returns all lines and the exit status */
async function outcomeOf(mode: string, signals: Readonly<Record<string, NodeJS.Signals>> = {}) {
  const child = spawn(process.execPath, [script, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    const signal = signals[line];
    if (signal !== undefined) child.kill(signal);
  });
  const [status] = (await once(child, 'close')) as [number | null];
  return { lines, status };
}

suite('lifecycle › the shutdown', () => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    test(`${signal} closes the last part first and ends with 0`, async () => {
      assert.deepEqual(await outcomeOf('closes', { ready: signal }), {
        lines: ['ready', 'second closed', 'first closed'],
        status: 0,
      });
    });
  }

  test('signals that somebody keeps sending end at once what hangs', async () => {
    const child = spawn(process.execPath, [script, 'hangs'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: child.stdout }), 'line');
    const impatience = setInterval(() => child.kill('SIGTERM'), 100);
    const [status] = (await once(child, 'exit')) as [number | null];
    clearInterval(impatience);
    assert.equal(status, 1); // its own deadline is an hour
  });

  test('a signal that comes twice at once, as under npm, is one wish', async () => {
    const { status } = await outcomeOf('echoes', { ready: 'SIGINT', 'first closed': 'SIGTERM' });
    assert.equal(status, 0);
  });

  test('a part that does not end in time is left behind, and the status says so', async () => {
    const { status } = await outcomeOf('late', { ready: 'SIGTERM' });
    assert.equal(status, 1);
  });

  test('a stop during the start waits for it and closes what it still began', async () => {
    const { lines, status } = await outcomeOf('starts', { ready: 'SIGINT' });
    assert.deepEqual(lines, ['ready', 'third closed', 'second closed', 'first closed']);
    assert.equal(status, 0);
  });

  for (const mode of ['throws', 'rejects']) {
    test(`an error that nobody caught (${mode}) closes every part and ends with 70`, async () => {
      const { lines, status } = await outcomeOf(mode);
      assert.deepEqual(lines, ['ready', 'second closed', 'first closed']);
      assert.equal(status, 70);
    });
  }

  test('a start that fails closes what it had started, and its error is kept', async () => {
    const shutdown = new Shutdown(log);
    const closed: string[] = [];
    const start = async (): Promise<never> => {
      shutdown.onShutdown('one', async () => void closed.push('one'));
      shutdown.onShutdown('two', async () => void closed.push('two'));
      throw new RangeError('no port');
    };
    await assert.rejects(async () => await shutdown.start(start), { name: 'RangeError' });
    assert.deepEqual(closed, ['two', 'one']);
  });

  test('a part that fails to close does not keep the others open', async () => {
    const shutdown = new Shutdown(log);
    const closed: string[] = [];
    shutdown.onShutdown('one', async () => void closed.push('one'));
    shutdown.onShutdown('two', async () => {
      throw new Error('broken');
    });
    assert.equal(await shutdown.run(), false);
    assert.equal(await shutdown.run(), false);
    assert.deepEqual(closed, ['one']);
  });
});
