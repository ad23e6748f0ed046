import { environment } from '../../src/config/environment.ts';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';
import { quietRuntime, silent } from '../support/temporal.ts';
import { runScenario } from './scenario.ts';
import { findPrograms } from './servers.ts';
import { describeSummary } from './summary.ts';

// `npm run test:cluster`: docker-compose.yml's processes by hand, on a machine with no container engine.
const defaultCount = 2000;
const stopMs = 180_000;

/** With the seconds since the beginning. */
function tell(sentence: string): void {
  process.stderr.write(`${String(Math.round(performance.now() / 1000)).padStart(4)} s  ${sentence}\n`);
}

const count = Number(process.argv[2] ?? defaultCount);
if (!Number.isInteger(count) || count < 20 || count > 10_000)
  throw new RangeError('The number of deliveries must be 20 to 10000.');

const shutdown = new Shutdown(silent, stopMs);
// Ctrl-C under npm comes twice, from the terminal and from npm.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    void shutdown.run().then(() => process.exit(130));
  });
}
quietRuntime();
try {
  const programs = await findPrograms({ env: environment(), onProgress: tell });
  const summary = await runScenario({ programs, count, tell }, shutdown);
  process.stdout.write(`${describeSummary(summary)}\n`);
  process.exitCode = summary.faults.length === 0 ? 0 : 1;
} finally {
  tell('Stopping everything …');
  await shutdown.run();
  tell('Everything is stopped and taken away.');
}
