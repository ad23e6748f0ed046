import { sha256Hex } from '../delivery.ts';
import { aliasLabel, citesType, isPersonType, personLabel, standsForType } from '../graph/connected-model.ts';
import type { GraphModel } from '../graph/model.ts';
import type { Mutation, NodeRef, Properties } from '../graph/mutation.ts';
import type { NamesIn } from '../graph/saved/resolve-entity.ts';
import type { Reference, ReferenceReader } from './provider.ts';

/** Who is who, by the configuration: the accounts of one person, by provider an id or a login. */
export interface KnownPerson {
  readonly name: string;
  readonly email?: string | undefined;
  readonly accounts: Readonly<Record<string, string | undefined>>;
}

export interface Connections {
  readonly model: GraphModel;
  readonly readers: readonly ReferenceReader[];
  readonly people: readonly KnownPerson[];
}

type Upsert = Extract<Mutation, { op: 'upsert-node' }>;

/**
 * The mutations of a delivery and what they say beyond their provider: which names their texts cite, for which names
 * their nodes stand, and which person a user is. Pure.
 */
export function connected(mutations: readonly Mutation[], connections: Connections): Mutation[] {
  const added = mutations.flatMap((mutation) =>
    mutation.op === 'upsert-node'
      ? [
          ...citationsOf(mutation, connections),
          ...addressOf(mutation, connections),
          ...personOf(mutation, connections),
        ]
      : [],
  );
  const distinct = new Map(added.map((mutation) => [JSON.stringify(mutation), mutation]));
  return [...mutations, ...distinct.values()];
}

/** Where all texts of a node are told, these are its citations and no more; a part of them can only add some. */
function citationsOf({ node, properties, at }: Upsert, { model, readers }: Connections): Mutation[] {
  const names = model.texts?.[node.label] ?? [];
  const told = names.filter((name) => properties[name] !== undefined);
  if (told.length === 0) return [];
  const text = told.map((name) => properties[name] ?? '').join('\n');
  const own = model.addresses?.[node.label] === undefined ? [] : referencesIn(addressIn(properties), readers);
  const cited = referencesIn(text, readers, addressIn(properties)).filter(
    ({ key, target }) => target?.key !== node.key && !own.some((one) => one.key === key),
  );
  const aliases = cited.map(aliasOf);
  return [
    ...cited.flatMap((reference) => aliasMutations(reference, at)),
    ...(told.length === names.length
      ? [restate(node, citesType, { others: aliases, at })]
      : aliases.map((to): Mutation => ({
          op: 'upsert-edge',
          type: citesType,
          from: node,
          to,
          ...timed(at),
        }))),
  ];
}

/** The name of a node whose key nobody could tell from it. */
function addressOf({ node, properties, at }: Upsert, { model, readers }: Connections): Mutation[] {
  const address = model.addresses?.[node.label];
  const given = address === undefined ? undefined : properties[address];
  if (typeof given !== 'string') return [];
  const [reference, ...others] = referencesIn(given, readers);
  if (reference === undefined || others.length > 0) return [];
  return [
    ...aliasMutations(reference, at),
    restate(aliasOf(reference), standsForType, { others: [node], at }),
  ];
}

/** By the configuration, else by an e-mail address that the provider vouches for; never by a name. */
function personOf({ node, properties, at }: Upsert, { people }: Connections): Mutation[] {
  if (node.label !== 'User') return [];
  const known = people.find((person) => isAccountOf(person, node.key, properties['login']));
  const email = properties['email'];
  if (known === undefined && email === undefined) return [];
  const person = known ?? (typeof email === 'string' ? personByEmail(email, people) : undefined);
  if (person === undefined) return [restate(node, isPersonType, { others: [], at })];
  const name = person.name ?? properties['name'] ?? undefined;
  const to = { label: personLabel, key: keyOf(person) };
  return [
    { op: 'upsert-node', node: to, properties: name === undefined ? {} : { name }, ...timed(at) },
    restate(node, isPersonType, { others: [to], at }),
  ];
}

type Person = Partial<Pick<KnownPerson, 'name' | 'email'>>;

function personByEmail(email: string, people: readonly KnownPerson[]): Person {
  return people.find((person) => person.email?.toLowerCase() === email.toLowerCase()) ?? { email };
}

/** Keys hold no address: they appear in the search attributes of Temporal. */
function keyOf({ email, name = '' }: Person): string {
  const [kind, text] = email === undefined ? ['name', name] : ['email', email.trim().toLowerCase()];
  return `person:${kind}:${sha256Hex(Buffer.from(text)).slice(0, 24)}`;
}

/** `github:user:583231`: an account is that id, or the login. */
function isAccountOf({ accounts }: KnownPerson, key: string, login: Properties[string]): boolean {
  const [provider = '', , id] = key.split(':');
  const account = Object.hasOwn(accounts, provider) ? accounts[provider]?.toLowerCase() : undefined;
  return (
    account !== undefined &&
    (account === id?.toLowerCase() || (typeof login === 'string' && account === login.toLowerCase()))
  );
}

function referencesIn(
  text: string | undefined,
  readers: readonly ReferenceReader[],
  address?: string,
): Reference[] {
  if (text === undefined || text === '') return [];
  const found = readers.flatMap((read) => read(text, address));
  return [...new Map(found.map((reference) => [reference.key, reference])).values()];
}

/** What a text names: the keys of the aliases, and of the nodes where the names tell them. */
export function namesIn(text: string, readers: readonly ReferenceReader[]): ReturnType<NamesIn> {
  return referencesIn(text, readers).map((reference) => ({
    alias: aliasOf(reference).key,
    ...(reference.target === undefined ? {} : { target: reference.target }),
  }));
}

function addressIn({ url }: Properties): string | undefined {
  return typeof url === 'string' ? url : undefined;
}

function aliasOf({ key }: Reference): NodeRef {
  return { label: aliasLabel, key: `alias:${key}` };
}

function aliasMutations(reference: Reference, at: Upsert['at']): Mutation[] {
  const { name, target } = reference;
  const alias = aliasOf(reference);
  return [
    { op: 'upsert-node', node: alias, properties: { name }, ...timed(at) },
    ...(target === undefined
      ? []
      : [{ op: 'upsert-edge' as const, type: standsForType, from: alias, to: target, ...timed(at) }]),
  ];
}

interface Restated {
  readonly others: readonly NodeRef[];
  readonly at: Upsert['at'];
}

function restate(node: NodeRef, type: string, { others, at }: Restated): Mutation {
  return { op: 'replace-edges', type, node, direction: 'out', others, ...timed(at) };
}

function timed(at: Upsert['at']): { at?: string } {
  return at === undefined ? {} : { at };
}
