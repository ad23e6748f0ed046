import { z } from '#provider-kit';

/** Membership events write a letter where messages write the word. */
const words: Readonly<Record<string, string>> = { C: 'channel', G: 'group', D: 'im', M: 'mpim' };

export const channelKind = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((kind) => (kind ? (words[kind] ?? kind) : undefined));
