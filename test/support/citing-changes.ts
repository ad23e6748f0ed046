import fc from 'fast-check';
import { connectedModel } from '../../src/graph/connected-model.ts';
import { defineModel } from '../../src/graph/model.ts';
import type { Mutation, NodeRef } from '../../src/graph/mutation.ts';
import { changeOf, minute } from './changes.ts';

/** A model in which texts refer to things, and what may be said in it: few keys and times, so that everything meets. */
export const citingModel = connectedModel([
  defineModel({
    nodes: { Note: { text: 'string' }, Item: { name: 'string' } },
    edges: {},
    texts: { Note: ['text'], Item: ['name'] },
    referable: ['Item', 'Note'],
  }),
]);

const note = (n: number): NodeRef => ({ label: 'Note', key: `note:${n}` });
const item = (n: number): NodeRef => ({ label: 'Item', key: `item:${n}` });
const alias = (n: number): NodeRef => ({ label: 'Alias', key: `alias:${n}` });

function restate(node: NodeRef, type: string, others: readonly NodeRef[]): Mutation {
  return { op: 'replace-edges', type, node, direction: 'out', others };
}

export const cites = (n: number, ...names: number[]) => restate(note(n), 'CITES', names.map(alias));
export const standsFor = (n: number, ...items: number[]) => restate(alias(n), 'STANDS_FOR', items.map(item));
const remove = (node: NodeRef): Mutation => ({ op: 'delete-node', node });

const few = fc.integer({ min: 1, max: 3 });
const at = fc.option(fc.integer({ min: 0, max: 5 }).map(minute), { nil: undefined });
const mutation = fc
  .tuple(
    fc.oneof(
      fc.tuple(few, fc.array(few, { maxLength: 2 })).map(([n, names]) => cites(n, ...names)),
      fc.tuple(few, fc.array(few, { maxLength: 2 })).map(([n, items]) => standsFor(n, ...items)),
      fc
        .tuple(few, few)
        .map(([n, to]): Mutation => ({ op: 'upsert-edge', type: 'CITES', from: item(n), to: alias(to) })),
      fc.tuple(few, few).map(([n, to]): Mutation => ({
        op: 'upsert-edge',
        type: 'STANDS_FOR',
        from: alias(n),
        to: item(to),
      })),
      few.map((n) => remove(item(n))),
      few.map((n) => remove(note(n))),
    ),
    at,
  )
  .map(([change, time]): Mutation => (time === undefined ? change : { ...change, at: time }));
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 });
export const history = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), mutations), { minLength: 1, maxLength: 10 })
  .map((events) =>
    events.map(([t, list], index) => changeOf(t, list, { deliveryId: String(index), key: `test:${index}` })),
  );
