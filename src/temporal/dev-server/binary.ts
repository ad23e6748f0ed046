import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { promisify } from 'node:util';

/** The last version that `go install` can build. */
export const temporalVersion = '1.5.1';

const answerMs = 10_000;

const run = promisify(execFile);

export interface FindOptions {
  /** The variables that the search depends on: PATH, HOME, XDG_CACHE_HOME; given to the processes that it starts. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told a sentence for each step that takes a while. */
  readonly onProgress: (sentence: string) => void;
  readonly signal?: AbortSignal;
  /** Where Temporal's own releases are. */
  readonly downloadUrl?: string;
}

/** A file that says its version when asked. @throws where it does not */
export async function answering(file: string, env: FindOptions['env']): Promise<string> {
  if (!(await isExecutable(file))) throw new Error('there is none');
  const options = { timeout: answerMs, killSignal: 'SIGKILL', env: { ...env } } as const;
  const { stdout } = await run(file, ['--version'], options).catch((error: unknown) => {
    const { killed, code } = error as { killed?: boolean; code?: unknown };
    const reason = killed === true ? `no answer in ${answerMs / 1000} s` : `ended with ${String(code)}`;
    throw new Error(`${file} --version: ${reason}`, { cause: error });
  });
  if (!/temporal/i.test(stdout)) throw new Error(`${file} does not answer --version as Temporal does`);
  return file;
}

export async function isExecutable(file: string): Promise<boolean> {
  return await access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
