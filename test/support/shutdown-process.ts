import { once } from 'node:events';
import { pino } from 'pino';
import { Shutdown } from '../../src/lifecycle/shutdown.ts';

/** A process that closes its parts as the first argument says, and tells on its output what happened. */
const [mode = ''] = process.argv.slice(2);
const say = (line: string): unknown => process.stdout.write(`${line}\n`);
const never = new Promise<void>(() => undefined);
const shutdown = new Shutdown(pino({ level: 'silent' }), mode === 'late' ? 1000 : 3_600_000);
shutdown.listen();
setInterval(() => undefined, 60_000);

shutdown.onShutdown('first', async () => {
  say('first closed');
  if (mode === 'hangs' || mode === 'late') await never;
  if (mode === 'echoes') await once(process, 'SIGTERM');
});
shutdown.onShutdown('second', async () => {
  say('second closed');
});

if (mode === 'starts') {
  void shutdown.start(async () => {
    say('ready');
    await new Promise((resolve) => {
      shutdown.signal.addEventListener('abort', resolve);
    });
    shutdown.onShutdown('third', async () => {
      say('third closed');
    });
  });
} else {
  say('ready');
}
if (mode === 'throws')
  setImmediate(() => {
    throw new Error('unforeseen');
  });
if (mode === 'rejects') void Promise.reject(new Error('unforeseen'));
