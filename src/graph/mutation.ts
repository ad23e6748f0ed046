import type { EventTime } from './event-time.ts';
import type { GraphModel, PropertyType } from './model.ts';

/** A node by its label and its key; the key alone is unique in the graph: `github:pull_request:279147437`. */
export interface NodeRef<Label extends string = string> {
  readonly label: Label;
  readonly key: string;
}

export type PropertyValue = string | number | boolean | readonly string[] | null;
export type Properties = Readonly<Record<string, PropertyValue | undefined>>;

/**
 * A change to the graph, as data. Each may carry the time at which it happened at the provider; without one it
 * happened at the event time of its delivery.
 *
 * - `upsert-node` says that the node exists; a property that is given is written, null removes it, undefined says nothing.
 * - `delete-node` says that it ceased to exist, with all its edges.
 * - `upsert-edge`, `delete-edge` say that an edge begins, or is still there, and that it ends. The ends of an edge
 *   are made where they are missing, without a claim that they exist: a late mention does not revive what was deleted.
 * - `replace-edges` says that `node` has, of this type and in this direction, the edges to `others` and no more.
 */
export type Mutation =
  | {
      readonly op: 'upsert-node';
      readonly node: NodeRef;
      readonly properties: Properties;
      readonly at?: EventTime;
    }
  | { readonly op: 'delete-node'; readonly node: NodeRef; readonly at?: EventTime }
  | {
      readonly op: 'upsert-edge' | 'delete-edge';
      readonly type: string;
      readonly from: NodeRef;
      readonly to: NodeRef;
      readonly at?: EventTime;
    }
  | {
      readonly op: 'replace-edges';
      readonly type: string;
      readonly node: NodeRef;
      readonly direction: 'out' | 'in';
      readonly others: readonly NodeRef[];
      readonly at?: EventTime;
    };

export interface ValueOf {
  string: string;
  integer: number;
  float: number;
  boolean: boolean;
  time: EventTime;
  strings: readonly string[];
}

type LabelOf<M extends GraphModel> = keyof M['nodes'] & string;
type EdgeOf<M extends GraphModel> = keyof M['edges'] & string;
type PropertiesOf<P> = {
  readonly [K in keyof P]?: (P[K] extends PropertyType ? ValueOf[P[K]] : never) | null | undefined;
};
type FromOf<M extends GraphModel, T extends EdgeOf<M>> = M['edges'][T][number][0] & LabelOf<M>;
type ToOf<M extends GraphModel, T extends EdgeOf<M>> = M['edges'][T][number][1] & LabelOf<M>;

/** Makers of mutations, checked at compile time against the labels, properties and relationships of one model. */
export interface MutationMakers<M extends GraphModel> {
  readonly node: <L extends LabelOf<M>>(label: L, key: string) => NodeRef<L>;
  readonly upsert: <L extends LabelOf<M>>(
    node: NodeRef<L>,
    properties: PropertiesOf<M['nodes'][L]>,
    at?: EventTime,
  ) => Mutation;
  readonly remove: (node: NodeRef<LabelOf<M>>, at?: EventTime) => Mutation;
  readonly link: <T extends EdgeOf<M>>(
    from: NodeRef<FromOf<M, T>>,
    type: T,
    to: NodeRef<ToOf<M, T>>,
    at?: EventTime,
  ) => Mutation;
  readonly unlink: <T extends EdgeOf<M>>(
    from: NodeRef<FromOf<M, T>>,
    type: T,
    to: NodeRef<ToOf<M, T>>,
    at?: EventTime,
  ) => Mutation;
  /** The edges of `type` from `from`: these and no others. */
  readonly replaceOut: <T extends EdgeOf<M>>(
    from: NodeRef<FromOf<M, T>>,
    type: T,
    to: readonly NodeRef<ToOf<M, T>>[],
    at?: EventTime,
  ) => Mutation;
  /** The edges of `type` into `to`: these and no others. */
  readonly replaceIn: <T extends EdgeOf<M>>(
    to: NodeRef<ToOf<M, T>>,
    type: T,
    from: readonly NodeRef<FromOf<M, T>>[],
    at?: EventTime,
  ) => Mutation;
}

/** The makers for a model. The model serves the compiler only: stores check again what they are given. */
export function mutationsOf<const M extends GraphModel>(_model: M): MutationMakers<M> {
  return {
    node: (label, key) => ({ label, key }),
    upsert: (node, properties, at) => ({
      op: 'upsert-node',
      node,
      properties: properties,
      ...timed(at),
    }),
    remove: (node, at) => ({ op: 'delete-node', node, ...timed(at) }),
    link: (from, type, to, at) => ({ op: 'upsert-edge', type, from, to, ...timed(at) }),
    unlink: (from, type, to, at) => ({ op: 'delete-edge', type, from, to, ...timed(at) }),
    replaceOut: (node, type, others, at) => ({
      op: 'replace-edges',
      type,
      node,
      direction: 'out',
      others,
      ...timed(at),
    }),
    replaceIn: (node, type, others, at) => ({
      op: 'replace-edges',
      type,
      node,
      direction: 'in',
      others,
      ...timed(at),
    }),
  };
}

function timed(at: EventTime | undefined): { at?: EventTime } {
  return at === undefined ? {} : { at };
}

/** The nodes that mutations name, in their order, each once. */
export function nodesOf(mutations: readonly Mutation[]): NodeRef[] {
  return distinct(mutations.flatMap(endsOf));
}

/** The nodes of all lists, each once. */
export function distinct(...lists: (readonly NodeRef[])[]): NodeRef[] {
  return [...new Map(lists.flat().map((node) => [node.key, node])).values()];
}

export function endsOf(mutation: Mutation): readonly NodeRef[] {
  switch (mutation.op) {
    case 'upsert-node':
    case 'delete-node':
      return [mutation.node];
    case 'upsert-edge':
    case 'delete-edge':
      return [mutation.from, mutation.to];
    case 'replace-edges':
      return [mutation.node, ...mutation.others];
  }
}
