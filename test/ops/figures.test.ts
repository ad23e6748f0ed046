import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { type ClosedRun, figuresOf } from '../../src/ops/figures.ts';

const statuses = ['Completed', 'Failed', 'TimedOut', 'Terminated', 'Canceled'] as const;

/** The runs of some deliveries; whoever is not first was begun by a reset. */
const chains = fc.array(fc.array(fc.constantFrom(...statuses), { minLength: 1, maxLength: 6 }), {
  maxLength: 20,
});

suite('ops › figures', () => {
  test('are those of brute force over all runs, whatever was replayed by whom', () => {
    fc.assert(
      fc.property(chains, fc.boolean(), (deliveries, startsAreEqual) => {
        const runs = deliveries.flatMap((chain, delivery) =>
          chain.map((status, index) => ({
            workflowId: `w${delivery}`,
            status,
            startedAt: index,
            isReplay: index > 0,
          })),
        );
        const counts = new Map<string, number>();
        for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
        // What visibility is asked for: chains with a reset run or one that ended by another hand than ours.
        const listed = new Set(
          runs
            .filter(({ isReplay, status }) => isReplay || !['Completed', 'Failed'].includes(status))
            .map(({ workflowId }) => workflowId),
        );
        const closed = runs
          .filter(({ workflowId }) => listed.has(workflowId))
          .map(({ workflowId, status, startedAt }): ClosedRun => ({
            workflowId,
            isCompleted: status === 'Completed',
            startedAt,
          }));
        const shuffled = startsAreEqual ? closed : closed.toReversed();

        const newest = deliveries.map((chain) => chain.at(-1));
        const processed = newest.filter((status) => status === 'Completed').length;
        const total = newest.length;
        assert.deepEqual(figuresOf(counts, shuffled), {
          events_processed: processed,
          events_failed: total - processed,
          success_rate: total === 0 ? null : Math.round((processed / total) * 1000) / 1000,
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('of nothing are nothing', () => {
    assert.deepEqual(figuresOf(new Map(), []), { events_processed: 0, events_failed: 0, success_rate: null });
  });
});
