import { GraphRejectedError } from '../errors.ts';
import { endsOf, type Mutation, type NodeRef, type PropertyValue } from './mutation.ts';
import type { GraphModel, PropertyType } from './model.ts';

const maxKeyLength = 1000;

/** @throws GraphRejectedError naming the label, property or relationship that the model does not have */
export function validateMutations(model: GraphModel, mutations: readonly Mutation[]): void {
  for (const mutation of mutations) {
    for (const node of endsOf(mutation)) validateNode(model, node);
    if (mutation.op === 'upsert-node') validateProperties(model, mutation);
    else if (mutation.op === 'replace-edges') validateReplaced(model, mutation);
    else if (mutation.op !== 'delete-node') validateEdge(model, mutation.type, mutation.from, mutation.to);
  }
}

function validateNode(model: GraphModel, { label, key }: NodeRef): void {
  if (!Object.hasOwn(model.nodes, label)) throw new GraphRejectedError(`The graph has no label ${label}.`);
  if (key === '' || key.length > maxKeyLength) {
    throw new GraphRejectedError(
      `A key of ${label} has ${key.length} characters; 1 to ${maxKeyLength} are allowed.`,
    );
  }
  if (hasControlCharacter(key) || !key.isWellFormed()) {
    throw new GraphRejectedError(`A key of ${label} holds a control character or half a surrogate pair.`);
  }
}

function validateProperties(
  model: GraphModel,
  { node, properties }: Extract<Mutation, { op: 'upsert-node' }>,
): void {
  for (const [name, value] of Object.entries(properties)) {
    const type = model.nodes[node.label]?.[name];
    if (type === undefined) throw new GraphRejectedError(`${node.label} has no property ${name}.`);
    if (value !== undefined && value !== null && !hasType(value, type)) {
      throw new GraphRejectedError(`${node.label}.${name} is ${type}; a ${typeof value} was given.`);
    }
  }
}

function validateReplaced(model: GraphModel, mutation: Extract<Mutation, { op: 'replace-edges' }>): void {
  const { type, node, direction, others } = mutation;
  if (!Object.hasOwn(model.edges, type))
    throw new GraphRejectedError(`The graph has no relationship ${type}.`);
  for (const other of others) {
    const [from, to] = direction === 'out' ? [node, other] : [other, node];
    validateEdge(model, type, from, to);
  }
}

function validateEdge(model: GraphModel, type: string, from: NodeRef, to: NodeRef): void {
  const pairs = Object.hasOwn(model.edges, type) ? model.edges[type] : undefined;
  if (pairs?.some(([a, b]) => a === from.label && b === to.label) !== true) {
    throw new GraphRejectedError(
      `The graph has no relationship (:${from.label})-[:${type}]->(:${to.label}).`,
    );
  }
}

function hasType(value: Exclude<PropertyValue, null>, type: PropertyType): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'integer':
      return typeof value === 'number' && Number.isSafeInteger(value);
    case 'float':
      return typeof value === 'number' && Number.isFinite(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'time':
      return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(value);
    case 'strings':
      return Array.isArray(value) && value.every((item) => typeof item === 'string');
  }
}

function hasControlCharacter(text: string): boolean {
  for (let index = 0; index < text.length; index += 1) if (text.charCodeAt(index) < 0x20) return true;
  return false;
}
