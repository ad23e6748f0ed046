import { once } from 'node:events';
import { lockDataDir } from '../../src/lifecycle/lock.ts';
import { WebhookError } from '../../src/errors.ts';

/** Takes the lock of a data directory, says how that went, and keeps it until its input ends. */
try {
  await lockDataDir(process.argv[2] ?? '');
  process.stdout.write('locked\n');
} catch (error) {
  process.stdout.write(`${error instanceof WebhookError ? error.code : String(error)}\n`);
}
process.stdin.resume();
await once(process.stdin, 'end');
