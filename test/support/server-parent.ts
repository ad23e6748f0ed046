import { environment } from '../../src/config/environment.ts';
import { startDevServer } from '../../src/temporal/dev-server/dev-server.ts';
import { silent } from './temporal.ts';

/** Starts a server, prints its process id, and waits to be killed, or gives up at once. */
const [binary = '', folder = '', then = 'waits'] = process.argv.slice(2);
const server = await startDevServer({ binary, folder, env: environment(), log: silent });
process.stdout.write(`${server.pid}\n`);
if (then === 'exits') process.exit(3);
setInterval(() => undefined, 60_000);
