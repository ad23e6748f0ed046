import type { Reference } from '#provider-kit';
import { ref } from './graph.ts';

/** `https://app.clickup.com/t/86c1a2b3d`, with the workspace's number between in some. */
const link = /\bapp\.clickup\.com\/t\/(?:\d{1,15}\/)?([0-9a-z]{5,12})(?![\w-])/g;
/** As ClickUp's GitHub integration reads branches, commits and pull requests; a digit tells it from a word. */
const prefixed = /(?<![0-9a-z])CU-(?=[a-z]{0,11}\d)([0-9a-z]{5,12})(?![0-9a-z])/gi;
/** Today's ids begin with 86; one letter tells them from the number of an issue. */
const hashed = /(?<![\w&#/])#(?=\d{1,11}[a-z])(86[0-9a-z]{5,10})(?![\w-])/g;

/** Tasks, by link, by `CU-86c1a2b3d` and by `#86c1a2b3d`: https://help.clickup.com/hc/en-us/articles/6305771568791 */
export function referencesIn(text: string): Reference[] {
  return [link, prefixed, hashed].flatMap((pattern) =>
    [...text.matchAll(pattern)].map(([, given = '']): Reference => {
      const id = given.toLowerCase();
      return { name: `CU-${id}`, key: `clickup:task:${id}`, target: ref.task(id) };
    }),
  );
}
