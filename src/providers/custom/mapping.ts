import jsonata from 'jsonata';
import { eventTime, type GraphModel, type Mutation, NormalizeFailedError, z } from '#provider-kit';

/** A mapping as the configuration has it: what it may write, and the JSONata expression that says what it writes. */
export interface MappingRule {
  readonly nodes: GraphModel['nodes'];
  readonly edges: GraphModel['edges'];
  readonly texts: NonNullable<GraphModel['texts']>;
  readonly expression: string;
}

/** Bounds of one evaluation: a mapping that runs wild ends in a dead letter, not in a stuck worker. */
const bounds = { timeout: 2000, stack: 200, sequence: 100_000 };

/** Would give another graph at each replay. */
const impure = new Set(['now', 'millis', 'random', 'shuffle', 'eval']);

const ref = z.strictObject({ label: z.string(), key: z.string().min(1).max(500) });
const value = z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]);
const list = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((one) => [one])]).default([]);

const result = z.strictObject({
  nodes: list(z.strictObject({ ...ref.shape, properties: z.record(z.string(), value).default({}) })),
  edges: list(z.strictObject({ type: z.string(), from: ref, to: ref })),
  ended_edges: list(z.strictObject({ type: z.string(), from: ref, to: ref })),
  deleted: list(ref),
});

/** @returns what is wrong with a mapping, each with its path below the mapping */
export function checkMapping({
  nodes,
  edges,
  texts,
  expression,
}: MappingRule): { path: string[]; message: string }[] {
  const problems: { path: string[]; message: string }[] = [];
  for (const [type, pairs] of Object.entries(edges)) {
    const missing = pairs.flat().filter((label) => nodes[label] === undefined);
    if (missing.length > 0)
      problems.push({ path: ['edges', type], message: `joins undeclared labels: ${missing.join(', ')}` });
  }
  for (const [label, properties] of Object.entries(texts)) {
    const missing = properties.filter((name) => nodes[label]?.[name] !== 'string');
    if (missing.length > 0)
      problems.push({ path: ['texts', label], message: `is no declared text: ${missing.join(', ')}` });
  }
  try {
    const names = variablesOf(jsonata(expression, bounds).ast()).filter((name) => impure.has(name));
    const first = names[0];
    if (first !== undefined) {
      problems.push({
        path: ['expression'],
        message: `calls $${first}, so a replay would give another graph`,
      });
    }
  } catch (error) {
    problems.push({ path: ['expression'], message: `is not sound JSONata: ${messageOf(error)}` });
  }
  return problems;
}

const compiled = new WeakMap<MappingRule, jsonata.Expression>();

/**
 * What the mapping says of a payload.
 *
 * @throws NormalizeFailedError where the expression fails or gives something of another shape
 */
export async function applyMapping(
  rule: MappingRule,
  input: Readonly<Record<string, unknown>>,
): Promise<Mutation[]> {
  // A sequence of JSONata is an array with a function of its own on it: what is read of it are its items.
  const parsed = result.safeParse((await evaluate(rule, input)) ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new NormalizeFailedError(
      `The mapping's result at ${issue?.path.join('.') ?? ''} is unusable: ${issue?.message ?? ''}.`,
    );
  }
  const { nodes, edges, ended_edges: ended, deleted } = parsed.data;
  return [
    ...nodes.map(({ label, key, properties }): Mutation => ({
      op: 'upsert-node',
      node: { label, key },
      properties: typed(rule, label, properties),
    })),
    ...edges.map((edge): Mutation => ({ op: 'upsert-edge', ...edge })),
    ...ended.map((edge): Mutation => ({ op: 'delete-edge', ...edge })),
    ...deleted.map((node): Mutation => ({ op: 'delete-node', node })),
  ];
}

async function evaluate(rule: MappingRule, input: Readonly<Record<string, unknown>>): Promise<unknown> {
  const expression = compiled.get(rule) ?? jsonata(rule.expression, bounds);
  compiled.set(rule, expression);
  try {
    return await inTurn(
      async () => (await expression.evaluate(input['payload'], { event: input['event'] })) as unknown,
    );
  } catch (error) {
    throw new NormalizeFailedError(`The mapping failed: ${messageOf(error)}`, { cause: error });
  }
}

let last: Promise<unknown> = Promise.resolve();

/** One after the other: side by side, each would be stopped when the time of all of them is over. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const own = last.then(work);
  last = own.catch(() => undefined);
  return await own;
}

type Value = z.output<typeof value>;

/** Times are brought to the form that the graph compares; JSONata gives one text where a list has one. */
function typed(rule: MappingRule, label: string, properties: Record<string, Value>): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, given]) => {
      const type = rule.nodes[label]?.[name];
      if (type === 'strings' && typeof given === 'string') return [name, [given]];
      const isTime = type === 'time' && (typeof given === 'string' || typeof given === 'number');
      return [name, isTime ? (eventTime(given) ?? given) : given];
    }),
  );
}

function variablesOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const children = Object.values(node).flatMap(variablesOf);
  const { type, value: name } = node as { type?: unknown; value?: unknown };
  return type === 'variable' && typeof name === 'string' ? [name, ...children] : children;
}

/** JSONata's errors are plain objects with a message. */
function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
