import type { EventTime, Mutation } from '#provider-kit';
import { link, ref, replaceOut, upsert } from '../graph.ts';
import type { Account, Organization, Repository, Team } from '../schema/account.ts';
import { at, moment } from '../time.ts';

export function userMutations(user: Account): Mutation[] {
  const { login, type, html_url: url, avatar_url } = user;
  return [upsert(ref.user(user), { provider: 'github', login, type, url, avatar_url })];
}

export function organizationMutations(organization: Organization): Mutation[] {
  const { login, name, description, html_url: url, avatar_url } = organization;
  return [upsert(ref.organization(organization), { login, name, description, url, avatar_url })];
}

export function teamMutations(team: Team, organization?: Organization | null): Mutation[] {
  const node = ref.team(team);
  const { name, slug, description, privacy, html_url: url, parent } = team;
  return [
    upsert(node, { name, slug, description, privacy, url }),
    ...(organization ? [link(node, 'PART_OF', ref.organization(organization))] : []),
    ...(parent === undefined ? [] : [replaceOut(node, 'CHILD_OF', parent ? [ref.team(parent)] : [])]),
  ];
}

/** Stamped with the repository's own clock, unless it is the event's subject and the caller knows better. */
export function repositoryMutations(
  repository: Repository,
  time: EventTime | undefined = at(repository.updated_at, moment.shown),
): Mutation[] {
  const node = ref.repository(repository);
  const { name, full_name, description, html_url: url, visibility, fork, archived } = repository;
  const { default_branch, language, topics, created_at, pushed_at, owner } = repository;
  const properties = { name, full_name, description, url, private: repository.private, visibility, fork };
  return [
    upsert(node, { ...properties, archived, default_branch, language, topics, created_at }, time),
    ...(pushed_at ? [upsert(node, { pushed_at }, pushed_at)] : []),
    ...(owner?.type ? [replaceOut(node, 'OWNED_BY', [ownerRef(owner)], time), ...ownerMutations(owner)] : []),
  ];
}

/** A repository's owner, and a sender, may be an organization. */
export function ownerMutations(owner: Account): Mutation[] {
  return owner.type === 'Organization' ? organizationMutations(owner) : userMutations(owner);
}

function ownerRef(owner: Account) {
  return owner.type === 'Organization' ? ref.organization(owner) : ref.user(owner);
}
