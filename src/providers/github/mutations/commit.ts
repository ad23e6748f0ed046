import type { Mutation } from '#provider-kit';
import { link, ref, upsert } from '../graph.ts';
import type { Account } from '../schema/account.ts';
import type { Commit } from '../schema/code.ts';

/** A commit never changes, so it needs no time of its own. */
export function commitMutations(commit: Commit, repository: { readonly id: string }): Mutation[] {
  const node = ref.commit(commit.id);
  const { id: sha, message, url, author, timestamp: committed_at } = commit;
  const who = {
    author_name: author?.name,
    author_email: author?.email,
    author_login: author?.username,
  };
  return [
    upsert(node, { sha, message, url, ...who, committed_at }),
    link(node, 'PART_OF', ref.repository(repository)),
  ];
}

/** GitHub shows an author's login but not the id; the one account that the payload has an id for is the sender's. */
export function authorMutations(commit: Commit, sender: Account | null | undefined): Mutation[] {
  if (!sender?.login || sender.login !== commit.author?.username) return [];
  return [link(ref.user(sender), 'AUTHORED', ref.commit(commit.id))];
}
