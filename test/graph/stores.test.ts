import { findNeo4j, openNeo4j } from '../support/neo4j.ts';
import { openLadybug, openMemory } from '../support/stores.ts';
import { describeStore } from './contract.ts';

const { skip } = await findNeo4j();

describeStore('memory', openMemory);
describeStore('LadybugDB', openLadybug);
describeStore('Neo4j', openNeo4j, { skip });
