import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GraphRejectedError } from '../../errors.ts';
import { defineModel, type GraphModel } from '../model.ts';
import type { DeliveryChange, DumpLine } from '../store.ts';

/**
 * A graph as a file of JSON lines: a head with the model, every delivery, every node and edge, and an end that tells
 * how many there are and what the digest of the nodes and edges is. The deliveries are what is moved: applied to another
 * store they give the same graph, and what is late or replayed converges with it as before.
 */
export const formatVersion = 1;

export interface Totals {
  readonly deliveries: number;
  readonly nodes: number;
  readonly edges: number;
  /** Of the nodes and edges, whatever their order. */
  readonly digest: string;
}

/** Counts what a graph has, and sums its lines up. */
export class Tally {
  #deliveries = 0;
  readonly #counts = { node: 0, edge: 0 };
  readonly #sum = Buffer.alloc(32);

  addDelivery(): void {
    this.#deliveries += 1;
  }

  addLine(line: DumpLine): void {
    this.#counts[line.kind] += 1;
    const digest = createHash('sha256').update(JSON.stringify(line)).digest();
    for (const [index, byte] of digest.entries())
      this.#sum.writeUInt8((this.#sum.readUInt8(index) ^ byte) & 255, index);
  }

  get totals(): Totals {
    const { node: nodes, edge: edges } = this.#counts;
    return { deliveries: this.#deliveries, nodes, edges, digest: this.#sum.toString('hex') };
  }
}

const count = z.int().min(0);
const node = z.strictObject({ label: z.string(), key: z.string() });
const at = z.string().optional();
const direction = z.enum(['out', 'in']);
const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]);

const mutation = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('upsert-node'), node, properties: z.record(z.string(), value), at }),
  z.strictObject({ op: z.literal('delete-node'), node, at }),
  z.strictObject({ op: z.enum(['upsert-edge', 'delete-edge']), type: z.string(), from: node, to: node, at }),
  z.strictObject({
    op: z.literal('replace-edges'),
    type: z.string(),
    node,
    direction,
    others: z.array(node),
    at,
  }),
]);

const types = z.enum(['string', 'integer', 'float', 'boolean', 'time', 'strings']);
const texts = z.record(z.string(), z.array(z.string()));
const model = z.object({
  nodes: z.record(z.string(), z.record(z.string(), types)),
  edges: z.record(z.string(), z.array(z.tuple([z.string(), z.string()]))),
  texts: texts.optional(),
  referable: z.array(z.string()).optional(),
  addresses: z.record(z.string(), z.string()).optional(),
});

const lineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('flow-state-graph'), version: z.literal(formatVersion), model }),
  z.strictObject({
    kind: z.literal('delivery'),
    key: z.string(),
    provider: z.string(),
    deliveryId: z.string(),
    eventType: z.string(),
    receivedAt: z.string(),
    eventTime: z.string(),
    bodySha256: z.string(),
    conflict: z.boolean().optional(),
    runId: z.string(),
    firstRunId: z.string(),
    mutations: z.array(mutation),
  }),
  z.strictObject({
    kind: z.literal('node'),
    label: z.string(),
    key: z.string(),
    properties: z.record(z.string(), value),
    clock: z.string(),
  }),
  z.strictObject({ kind: z.literal('edge'), type: z.string(), from: node, to: node, stamp: z.string() }),
  z.strictObject({
    kind: z.literal('end'),
    deliveries: count,
    nodes: count,
    edges: count,
    digest: z.string(),
  }),
]);

export type GraphLine =
  | { readonly kind: 'flow-state-graph'; readonly version: number; readonly model: GraphModel }
  | ({ readonly kind: 'delivery' } & DeliveryChange)
  | DumpLine
  | ({ readonly kind: 'end' } & Totals);

/** @throws GraphRejectedError with the number of the line, and never with what is in it */
export function readLine(text: string, number: number): GraphLine {
  const { data, error } = lineSchema.safeParse(parsed(text));
  if (data === undefined) {
    const [issue] = error.issues;
    const path = issue?.path.join('.') ?? '';
    throw wrongLine(number, `${path === '' ? 'the line' : path} is not what an export of this release has`);
  }
  if (data.kind !== 'flow-state-graph') return data as GraphLine;
  return { ...data, model: defineModel(data.model as GraphModel) };
}

export function wrongLine(number: number, what: string): GraphRejectedError {
  return new GraphRejectedError(`Line ${number} of the file: ${what}.`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
