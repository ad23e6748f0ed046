import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runFuzz } from './fuzz-run.ts';

test(
  'hostile › fuzzed requests to every sender: no 5xx, no crash, and what is accepted has an effect or a name for its failure',
  { timeout: 300_000 },
  async (t) => {
    const { statuses, accepted, deadLetters, heapGrowthBytes, seed } = await runFuzz({
      runs: 1500,
      seed: 20_261_124,
    });
    t.diagnostic(`seed ${seed}: ${JSON.stringify({ statuses, accepted, deadLetters, heapGrowthBytes })}`);
    const dead = Object.values(deadLetters).reduce((sum, count) => sum + count, 0);
    assert.ok(accepted - dead > 100, 'many are sound enough to be accepted and written');
    for (const status of ['202', '400', '401', '403', '404'])
      assert.ok(statuses[status], `none was answered ${status}`);
  },
);
