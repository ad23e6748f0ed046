import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { LbugValue } from '@ladybugdb/core';
import { Checkpoints } from '../../src/graph/ladybug/checkpoints.ts';
import { openDatabase, type Row, Session } from '../../src/graph/ladybug/engine.ts';
import { LadybugStore } from '../../src/graph/ladybug/store.ts';
import type { Faults } from './faults.ts';

const bufferPoolBytes = 256 * 1024 * 1024;
const writes = /\b(?:CREATE|SET|MERGE|DELETE)\b/;
/** Each transaction that is to fail does so one write later than the one before, up to this many. */
const mostWrites = 6;

/** A real database whose connection fails as it is told: the store above it rolls back for real. */
export async function openFaultyLadybug(dataDir: string, faults: Faults): Promise<LadybugStore> {
  const path = join(dataDir, 'graph', 'graph.lbug');
  await mkdir(dirname(path), { recursive: true });
  const database = await openDatabase(path, bufferPoolBytes);
  const session = await Session.open(database);
  const run = session.run.bind(session);
  let transactions = 0;
  let written = 0;

  function before(statement: string): void {
    if (statement.startsWith('BEGIN')) {
      if (faults.graph === 'refuses') throw faults.fail();
      transactions += 1;
      written = 0;
    }
    if (!writes.test(statement)) return;
    written += 1;
    if (written === 2) faults.reach('graph:midway');
    if (faults.graph === 'fails-midway' && written > transactions % mostWrites) {
      throw faults.fail();
    }
  }

  session.run = async (statement: string, parameters?: Record<string, LbugValue>): Promise<Row[]> => {
    before(statement);
    const rows = await run(statement, parameters);
    if (statement !== 'COMMIT') return rows;
    faults.reach('graph:committed');
    if (faults.graph === 'loses-answers') throw faults.fail();
    return rows;
  };
  const checkpoints = Checkpoints.of(session, path, bufferPoolBytes);
  return new LadybugStore(database, session, { folder: dirname(path), checkpoints });
}
