import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { keepRunning } from '../../src/temporal/keep-running.ts';
import { eventually } from '../support/eventually.ts';

/** A worker that runs until it is told to stop, or fails where the test says so: no server refuses one on demand. */
class ObedientWorker {
  state: 'INITIALIZED' | 'RUNNING' | 'STOPPED' | 'FAILED' = 'INITIALIZED';
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;

  async run(): Promise<void> {
    this.state = 'RUNNING';
    await new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  getState() {
    return this.state;
  }

  shutdown(): void {
    assert.equal(this.state, 'RUNNING', 'as the SDK asks for');
    this.state = 'STOPPED';
    this.#settle?.resolve();
  }

  fail(): void {
    this.state = 'FAILED';
    this.#settle?.reject(new Error('PermissionDenied'));
  }
}

function scene({ refuse = () => false, pauseMs = 1 }: { refuse?: () => boolean; pauseMs?: number } = {}) {
  const made: ObedientWorker[] = [];
  const failures: string[] = [];
  const create = async (): Promise<ObedientWorker> => {
    if (made.length > 0 && refuse()) throw new Error('Unavailable');
    made.push(new ObedientWorker());
    return made.at(-1) as ObedientWorker;
  };
  const onFailure = (error: unknown): void => void failures.push((error as Error).message);
  return { made, failures, kept: keepRunning({ create, onFailure, pauseMs }) };
}

suite('temporal › a worker that fails', () => {
  test('another one takes its place, as often as needed, also where the first attempts to make it fail', async () => {
    let refusals = 1;
    const { made, failures, kept } = scene({ refuse: () => refusals-- > 0 });
    const worker = await kept;
    for (const nth of [1, 2]) {
      made.at(-1)?.fail();
      assert.equal(worker.isRunning(), false);
      await eventually(async () => assert.deepEqual([made.length, worker.isRunning()], [nth + 1, true]));
    }
    assert.deepEqual(failures, ['PermissionDenied', 'Unavailable', 'PermissionDenied']);
    await worker.stop();
    assert.deepEqual([made.length, made.at(-1)?.state], [3, 'STOPPED']);
  });

  test('a stop does not wait for the pause before the next', { timeout: 5000 }, async () => {
    const { made, kept } = scene({ pauseMs: 60_000 });
    const worker = await kept;
    made[0]?.fail();
    await eventually(async () => assert.equal(worker.isRunning(), false));
    await worker.stop();
    assert.equal(made.length, 1);
  });
});
