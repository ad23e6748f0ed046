import type { CypherRunner } from '../cypher/statement.ts';
import { deliveryLabel, type GraphModel } from '../model.ts';
import { lockStatements, readStatement } from './read.ts';
import { idleStatements } from './write.ts';

/** Lets a server that has just begun load and plan what it needs first, while no delivery waits for it. */
export async function warmUp(runner: CypherRunner, model: GraphModel): Promise<void> {
  const delivery = { label: deliveryLabel, key: '' };
  const locks = lockStatements([delivery]).map(({ text }) => ({ text, parameters: { keys: [] } }));
  for (const statement of [...locks, readStatement([]), ...idleStatements(model)])
    await runner.runAll([statement]);
}
