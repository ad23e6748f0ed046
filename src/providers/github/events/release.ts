import { readPayload, z } from '#provider-kit';
import { link, ref, remove, replaceOut, upsert } from '../graph.ts';
import { userMutations } from '../mutations/account.ts';
import { repository } from '../schema/account.ts';
import { release } from '../schema/code.ts';
import { at, goneAt, momentOf } from '../time.ts';
import type { EventReader } from './event.ts';

const releaseEvent = z.object({ action: z.string(), release, repository });

/** `updated_at` is missing on older servers, and `created_at` is the time of the tagged commit: then receipt counts. */
const readRelease: EventReader = (payload, delivery) => {
  const { action, release, repository } = readPayload(releaseEvent, payload);
  const node = ref.release(release);
  if (action === 'deleted') return { at: goneAt(delivery, release.updated_at), mutations: [remove(node)] };
  const { name, tag_name, body, draft, prerelease, html_url: url, author } = release;
  const { created_at, published_at } = release;
  return {
    at: at(release.updated_at, momentOf(action)),
    mutations: [
      upsert(node, { name, tag_name, body, draft, prerelease, url, created_at, published_at }),
      link(node, 'PART_OF', ref.repository(repository)),
      // The tag of a draft need not exist yet.
      ...(tag_name ? [replaceOut(node, 'RELEASES', draft ? [] : [ref.tag(repository, tag_name)])] : []),
      ...(author ? [link(ref.user(author), 'CREATED', node), ...userMutations(author)] : []),
    ],
  };
};

export const releaseEvents: Readonly<Record<string, EventReader>> = { release: readRelease };
