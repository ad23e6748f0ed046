import { readPayload } from '#provider-kit';
import type { Mutation } from '#provider-kit';
import type { z } from '#provider-kit';
import { link, ref, remove, replaceOut, upsert } from '../graph.ts';
import { authorMutations, commitMutations } from '../mutations/commit.ts';
import { push, refChange } from '../schema/code.ts';
import { at, moment } from '../time.ts';
import type { EventReader } from './event.ts';

type Push = z.output<typeof push>;
type Ref = Pick<z.output<typeof refChange>, 'ref_type' | 'ref' | 'repository'>;

/**
 * A push happened at its repository's `pushed_at`: the commits' own times say when they were made, which a rebase or a
 * late push leaves far behind. In one second a branch is made before it is deleted.
 */
const readPush: EventReader = (payload) => {
  const event = readPayload(push, payload);
  const { repository, deleted } = event;
  const node = refNode({ ...shortRef(event.ref), repository });
  return deleted
    ? { at: at(repository.pushed_at, moment.gone), mutations: [remove(node)] }
    : { at: at(repository.pushed_at, moment.changed), mutations: pushMutations(event) };
};

function pushMutations(event: Push): Mutation[] {
  const { repository, sender, head_commit: head } = event;
  const pushed = { ...shortRef(event.ref), repository };
  const node = refNode(pushed);
  const sha = head?.id ?? event.after; // `after` of an annotated tag is the hash of the tag itself
  const commits = event.commits ?? [];
  const shown = head && !commits.some(({ id }) => id === head.id) ? [...commits, head] : commits;
  return [
    ...refMutations(pushed),
    ...(sha ? [replaceOut(node, 'POINTS_AT', [ref.commit(sha)])] : []),
    ...(sender ? [link(ref.user(sender), 'PUSHED', node)] : []),
    ...shown.flatMap((commit) => [
      ...commitMutations(commit, repository),
      link(ref.commit(commit.id), 'PUSHED_TO', node),
      ...authorMutations(commit, sender),
    ]),
  ];
}

const readCreate: EventReader = (payload) => {
  const event = readPayload(refChange, payload);
  return { at: at(event.repository.pushed_at, moment.begun), mutations: refMutations(event) };
};

const readDelete: EventReader = (payload) => {
  const event = readPayload(refChange, payload);
  return { at: at(event.repository.pushed_at, moment.gone), mutations: [remove(refNode(event))] };
};

/** A push writes the full name of a ref, `create` and `delete` its kind and its short name. */
function shortRef(full: string): Pick<Ref, 'ref_type' | 'ref'> {
  const [, kind, name] = /^refs\/(heads|tags)\/(.+)$/s.exec(full) ?? [];
  return { ref_type: kind === 'tags' ? 'tag' : 'branch', ref: name ?? full };
}

function refNode({ ref_type, ref: name, repository }: Ref) {
  return ref_type === 'tag' ? ref.tag(repository, name) : ref.branch(repository, name);
}

function refMutations({ ref_type, ref: name, repository }: Ref): Mutation[] {
  const node = refNode({ ref_type, ref: name, repository });
  const path = name.toWellFormed().split('/').map(encodeURIComponent).join('/');
  const url = repository.html_url ? `${repository.html_url}/tree/${path}` : undefined;
  return [upsert(node, { name, url }), link(node, 'PART_OF', ref.repository(repository))];
}

export const codeEvents: Readonly<Record<string, EventReader>> = {
  push: readPush,
  create: readCreate,
  delete: readDelete,
};
