import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { Children } from './children.ts';
import { poster, secret } from './contestants/posting.ts';
import { deliveries } from './deliveries.ts';
import { summarize } from './load/result.ts';
import { listen } from './pipelines/http.ts';
import { planOf } from './plan.ts';
import { usageOf } from './usage.ts';

suite('benchmark', () => {
  const children = new Children();
  after(async () => {
    await children.endAll();
  });

  test('its deliveries are of 14 KB in the mean, with ids of their own, from many repositories', () => {
    const made = deliveries(1000, 20);
    const bytes = made.reduce((sum, { body }) => sum + body.length, 0) / made.length;
    assert.ok(bytes > 12_000 && bytes < 16_000, `${bytes} bytes`);
    assert.equal(new Set(made.map(({ id }) => id)).size, 1000);
    const names = made.map(
      ({ body }) =>
        (JSON.parse(body.toString()) as { repository?: { full_name?: string } }).repository?.full_name,
    );
    assert.equal(new Set(names).size, 500);
  });

  test('its load is signed, and every request is answered once', async () => {
    const taken: string[] = [];
    const { url, close } = await listen(secret, async (id) => void taken.push(id));
    const result = await poster(children, url)({ connections: 3, count: 20, offset: 0 });
    await close();
    assert.deepEqual([result.accepted, result.refused, new Set(taken).size], [20, 0, 20]);
  });

  test('what is refused is told apart', async () => {
    const { url, close } = await listen('another secret', async () => undefined);
    const result = await poster(children, url)({ connections: 2, count: 5, offset: 0 });
    await close();
    assert.deepEqual([result.accepted, result.refused], [0, 5]);
  });

  test('percentiles are of the sorted times', () => {
    const times = Array.from({ length: 200 }, (_, index) => 200 - index);
    const { p50, p99, max, late } = summarize([...times, 3001], {
      startedAt: 0,
      milliseconds: 1,
      refused: 0,
    });
    assert.deepEqual([p50, p99, max, late], [101, 199, 3001, 1]);
  });

  test('a quick plan has every contestant that a ratio needs', () => {
    const names = planOf('quick', { withPostgres: false }).rounds.flatMap((entries) =>
      entries.map(({ contestant }) => contestant.name),
    );
    assert.equal(new Set(names).size, 4);
  });

  test('the kernel tells what a process used', { skip: process.platform !== 'linux' }, async () => {
    const { cpuMs, peakBytes } = await usageOf(process.pid);
    assert.ok(cpuMs > 0 && peakBytes > 1_000_000);
  });
});
