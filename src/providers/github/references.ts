import type { Reference } from '#provider-kit';
import { ref } from './graph.ts';

const owner = String.raw`[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})`;
const repository = String.raw`${owner}/[\w.-]{1,100}`;

const link = new RegExp(
  String.raw`\bgithub\.com/(${repository})/(?:(?:pull|issues)/(\d{1,9})|commit/([0-9a-f]{40}))\b`,
  'g',
);
const short = new RegExp(String.raw`(?<![\w./-])(${repository})#(\d{1,9})\b`, 'g');
/** https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls */
const bare = /(?<![\w&#/])(?:#|GH-)(\d{1,9})\b/g;
const home = new RegExp(String.raw`^https://github\.com/(${repository})/`);

/**
 * Pull requests and issues by link, by `owner/repo#12` and, beside others of the same repository, by `#12`; commits by
 * link. A pull request and an issue share their numbers, so only their own events tell which of the two it is.
 */
export function referencesIn(text: string, address: string | undefined): Reference[] {
  const here = address === undefined ? undefined : home.exec(address)?.[1];
  const linked = [...text.matchAll(link)].map(([, where = '', number, sha]) =>
    sha === undefined ? numbered(where, number) : commit(sha),
  );
  const named = [...text.matchAll(short)].map(([, where = '', number]) => numbered(where, number));
  const nearby =
    here === undefined ? [] : [...text.matchAll(bare)].map(([, number]) => numbered(here, number));
  return [...linked, ...named, ...nearby];
}

/** Owners and repositories are the same in any case. */
function numbered(where: string, number = ''): Reference {
  const name = `${where}#${number}`;
  return { name, key: `github:${name.toLowerCase()}` };
}

function commit(sha: string): Reference {
  return { name: sha, key: `github:commit:${sha}`, target: ref.commit(sha) };
}
