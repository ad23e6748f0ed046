import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { stampOf } from './clock.ts';
import type { Mutation, NodeRef } from './mutation.ts';
import type { DeliveryChange } from './store.ts';

/** A delivery's mutations as its node keeps them: deflated JSON in base64. */
export function encodeMutations(mutations: readonly Mutation[]): string {
  return deflateRawSync(JSON.stringify(mutations)).toString('base64');
}

export function decodeMutations(text: string): Mutation[] {
  return JSON.parse(inflateRawSync(Buffer.from(text, 'base64')).toString('utf8')) as Mutation[];
}

type Change = Pick<DeliveryChange, 'key' | 'eventTime' | 'mutations'>;

/**
 * The nodes about which `before` says something that `after` does not say any more. A property that has another value
 * at the same stamp is no such thing: writing it again replaces it.
 */
export function withdrawnNodes(before: Change, after: Change): NodeRef[] {
  const kept = new Set(factsOf(after).map(({ fact }) => fact));
  const nodes = new Map<string, NodeRef>();
  for (const { fact, about } of factsOf(before)) {
    if (!kept.has(fact)) for (const node of about) nodes.set(node.key, node);
  }
  return [...nodes.values()];
}

interface Fact {
  readonly fact: string;
  readonly about: readonly NodeRef[];
}

function factsOf(change: Change): Fact[] {
  return change.mutations.flatMap((mutation) =>
    statementsOf(mutation).map(({ words, about }): Fact => {
      const stamp = stampOf(mutation.at ?? change.eventTime, change.key);
      return { fact: JSON.stringify([...words, stamp]), about };
    }),
  );
}

interface Statement {
  readonly words: readonly string[];
  readonly about: readonly NodeRef[];
}

function statementsOf(mutation: Mutation): Statement[] {
  switch (mutation.op) {
    case 'upsert-node': {
      const { node, properties } = mutation;
      const names = Object.keys(properties).filter((name) => properties[name] !== undefined);
      return [
        { words: ['alive', node.key], about: [node] },
        ...names.map((name) => ({ words: ['property', node.key, name], about: [node] })),
      ];
    }
    case 'delete-node':
      return [{ words: ['dead', mutation.node.key], about: [mutation.node] }];
    case 'upsert-edge':
    case 'delete-edge': {
      const { op, type, from, to } = mutation;
      return [{ words: [op, type, from.key, to.key], about: [from, to] }];
    }
    case 'replace-edges': {
      const { type, node, direction, others } = mutation;
      return [
        { words: ['stated', type, direction, node.key], about: [node] },
        ...others.map((other) => ({
          words: [
            'upsert-edge',
            type,
            ...(direction === 'out' ? [node.key, other.key] : [other.key, node.key]),
          ],
          about: [node, other],
        })),
      ];
    }
  }
}
