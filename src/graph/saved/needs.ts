import { coreModel } from '../core-model.ts';
import { deliveryLabel, type GraphModel, touchedType } from '../model.ts';

/**
 * What a pattern names that no enabled provider has: labels, relationships, and properties of variables that have a
 * label. The embedded engine refuses such a query; Neo4j finds nothing.
 */
export function missingIn(cypher: string, model: GraphModel): string[] {
  const nodes: GraphModel['nodes'] = { ...model.nodes, ...coreModel.nodes };
  const labels = [...cypher.matchAll(/\((\w*):([\w|]+)/g)].flatMap(([, variable = '', names = '']) =>
    names.split('|').map((label) => ({ variable, label })),
  );
  const types = [...cypher.matchAll(/\[\w*:([\w|]+)/g)].flatMap(([, names = '']) => names.split('|'));
  const properties = labels.flatMap(({ variable, label }) =>
    propertiesOf(cypher, variable)
      .filter((name) => nodes[label] !== undefined && !isKnown(nodes[label], label, name))
      .map((name) => `${label}.${name}`),
  );
  return [
    ...new Set([
      ...labels.map(({ label }) => label).filter((label) => nodes[label] === undefined),
      ...types.filter((type) => type !== touchedType && model.edges[type] === undefined),
      ...properties,
    ]),
  ];
}

function propertiesOf(cypher: string, variable: string): string[] {
  if (variable === '') return [];
  return [...cypher.matchAll(new RegExp(String.raw`\b${variable}\.(\w+)`, 'g'))].map(([, name = '']) => name);
}

function isKnown(properties: Readonly<Record<string, unknown>>, label: string, name: string): boolean {
  return (
    name === 'key' || (name === 'deleted_at' && label !== deliveryLabel) || Object.hasOwn(properties, name)
  );
}
