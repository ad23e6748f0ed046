import { environment } from '../../src/config/environment.ts';
import { findPrograms } from './servers.ts';

// Sees to it that what the cluster is made of is there, and tells what takes long: before the tests, which do not.
const tell = (sentence: string): unknown => process.stderr.write(`${sentence}\n`);
const { postgres, temporal, neo4j } = await findPrograms({ env: environment(), onProgress: tell });
tell(`PostgreSQL: ${postgres}`);
tell(`Temporal's server: ${temporal.server}`);
if (neo4j.skip !== false) throw new Error(neo4j.skip);
