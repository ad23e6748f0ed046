import { SystemRefusedError } from '../errors.ts';

/** What a person can do about it. */
const remedies: Readonly<Record<string, string>> = {
  EMFILE: 'Raise the limit of open files (ulimit -n); 1024 are enough.',
  ENFILE: 'The whole machine has too many open files.',
  ENOSPC: 'Make room on the disk.',
  EDQUOT: 'The quota of this user is used up.',
  EROFS: 'Set data_dir to a folder that can be written.',
  ENOTDIR: 'A part of the path is a file.',
  EACCES: 'This user lacks a right.',
  EPERM: 'This user lacks a right.',
  EIO: 'The disk fails.',
  EADDRNOTAVAIL: 'Set webhooks.host to an address of this machine.',
};

/** An error of the system that a person can do something about, in one line; undefined for any other. */
export function asSystemRefusal(error: unknown): SystemRefusedError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const remedy = remedies[code];
  return remedy === undefined ? undefined : new SystemRefusedError(`${message}. ${remedy}`, { cause: error });
}
