import assert from 'node:assert/strict';
import { test } from 'node:test';
import { environment } from '../../src/config/environment.ts';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { quietRuntime, silent } from '../support/temporal.ts';
import { runScenario } from './scenario.ts';
import { findPrograms } from './servers.ts';
import { describeSummary } from './summary.ts';

/** A short form of `npm run test:cluster`. */
const count = 150;

test('the processes of docker-compose.yml by hand, one ingress and one worker killed: none lost, none doubled', async (context) => {
  const programs = await findPrograms({
    env: environment(),
    onProgress: () => undefined,
    mayFetch: false,
  }).catch((error: unknown) => String(error));
  if (typeof programs === 'string') return context.skip(programs);
  if (programs.neo4j.skip !== false) return context.skip(programs.neo4j.skip);
  quietRuntime();
  const shutdown = new Shutdown(silent, 120_000);
  try {
    const tell = (sentence: string): void => {
      context.diagnostic(sentence);
    };
    const summary = await runScenario({ programs, count, tell }, shutdown);
    context.diagnostic(describeSummary(summary));
    assert.deepEqual(summary.faults, []);
    assert.ok(summary.posted.failedAttempts > 0, 'the kill was felt');
    assert.equal(summary.visibility.refused, 0);
  } finally {
    assert.ok(await shutdown.run(), 'everything is stopped');
  }
});
