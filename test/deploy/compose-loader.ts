import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from '../../src/config/environment.ts';
import { cachePath } from '../../src/temporal/dev-server/find-binary.ts';

/** The library by which Docker Compose itself reads its files; it has the specification's schema within. */
const module = 'github.com/compose-spec/compose-go/v2';
const version = '2.16.2';

const run = promisify(execFile);

/**
 * Reads a compose file as Docker Compose would: by the schema, resolved, and checked for what does not go together.
 *
 * @throws with what it says of a file that is not sound
 */
export async function loadByComposeItself(file: string): Promise<unknown> {
  const { stdout } = await run(await loader(), ['-format', 'json', file], {
    cwd: dirname(file),
    maxBuffer: 1 << 24,
  });
  return JSON.parse(stdout);
}

/** Built with Go in some seconds, once. */
async function loader(): Promise<string> {
  const env = environment();
  const folder = join(dirname(dirname(cachePath(env))), `compose-go-${version}`);
  const program = join(folder, 'cmd');
  const isThere = await access(program).then(
    () => true,
    () => false,
  );
  if (isThere) return program;
  await mkdir(folder, { recursive: true });
  await run('go', ['install', `${module}/cmd@v${version}`], { env: { ...env, GOBIN: folder } });
  return program;
}
