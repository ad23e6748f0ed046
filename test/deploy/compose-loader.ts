import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { environment } from '../../src/config/environment.ts';
import { cachePath } from '../../src/temporal/dev-server/find-binary.ts';

/** The library by which Docker Compose itself reads its files; it has the specification's schema within. */
const module = 'github.com/compose-spec/compose-go/v2';
const version = '2.16.2';

const run = promisify(execFile);

/** Its own program stops before it asks what does not go together, where `docker compose` would refuse the file. */
const program = `package main

import (
	"context"
	"fmt"
	"os"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	options, err := cli.NewProjectOptions(os.Args[1:], cli.WithConsistency(true))
	if err == nil {
		project, failure := options.LoadProject(context.Background())
		if err = failure; err == nil {
			text, _ := project.MarshalJSON()
			fmt.Println(string(text))
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
`;

/**
 * Reads a compose file as Docker Compose would: by the schema, resolved, and checked for what does not go together.
 *
 * @throws with what it says of a file that is not sound
 */
export async function loadByComposeItself(file: string): Promise<unknown> {
  const { stdout } = await run(await loader(), [file], { cwd: dirname(file), maxBuffer: 1 << 24 });
  return JSON.parse(stdout);
}

/** Built with Go in some seconds, once. */
async function loader(): Promise<string> {
  const env = environment();
  const cache = dirname(dirname(cachePath(env)));
  const built = join(cache, `compose-load-${version}`);
  const isThere = await access(built).then(
    () => true,
    () => false,
  );
  if (isThere) return built;
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'new-'));
  try {
    await writeFile(join(folder, 'main.go'), program);
    const go = async (...args: readonly string[]) => await run('go', args, { cwd: folder, env: { ...env } });
    await go('mod', 'init', 'load');
    await go('get', `${module}/cli@v${version}`);
    await go('build', '-o', 'load', '.');
    await rename(join(folder, 'load'), built);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return built;
}
