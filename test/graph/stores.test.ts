import { findNeo4j, openNeo4j } from '../support/neo4j.ts';
import { openLadybug, openLadybugRowByRow, openMemory } from '../support/stores.ts';
import { describeStore } from './contract.ts';

const { skip } = await findNeo4j();

describeStore('memory', openMemory);
describeStore('LadybugDB', openLadybug);
describeStore('LadybugDB, row by row', openLadybugRowByRow);
describeStore('Neo4j', openNeo4j, { skip });
