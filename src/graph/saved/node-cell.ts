import type { NodeCell } from './saved-query.ts';

type Properties = Readonly<Record<string, unknown>>;

const maxName = 80;

/** What a node is called, by the first of these that it has. */
const namedBy = ['full_name', 'name', 'title', 'login', 'text', 'message', 'body', 'sha'];

/** A node as a query gave it, without what an answer does not need. */
export function nodeCell(value: unknown): NodeCell | null {
  if (!isNode(value)) return null;
  return { label: value.label, key: value.key, name: nameOf(value) };
}

/** Somebody: the person where the accounts are joined, else the account. */
export function personCell(person: unknown, account: unknown): NodeCell | null {
  return nodeCell(person) ?? nodeCell(account);
}

/** Whether a text is in the name or the key, in any case; an empty one is in all. */
export function isNamed(node: NodeCell | null, text: string): boolean {
  return `${node?.name ?? ''}\n${node?.key ?? ''}`.toLowerCase().includes(text.toLowerCase());
}

export function textOf(node: unknown, name: string): string | null {
  const value = isNode(node) ? node[name] : undefined;
  return typeof value === 'string' ? value : null;
}

function nameOf(node: Properties): string | null {
  const text = namedBy.map((name) => node[name]).find((value) => typeof value === 'string' && value !== '');
  if (typeof text !== 'string') return null;
  const line = text.trim().split('\n', 1)[0] ?? '';
  const short = line.length > maxName ? `${line.slice(0, maxName - 1).toWellFormed()}…` : line;
  return typeof node['number'] === 'number' ? `#${node['number']} ${short}` : short;
}

function isNode(value: unknown): value is Properties & { readonly label: string; readonly key: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { label, key } = value as Properties;
  return typeof label === 'string' && typeof key === 'string';
}
