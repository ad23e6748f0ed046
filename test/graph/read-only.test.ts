import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { requireReadOnly } from '../../src/graph/read-only.ts';

const allowed = [
  'MATCH (n) RETURN n',
  'match (t:Task)-[r:ASSIGNED_TO]->(u:User {key: $key}) where t.name = "COPY this" return t.name as name order by name skip 1 limit 2;',
  'OPTIONAL MATCH (n) RETURN count(*)',
  'UNWIND [1, 2.5, 1e3] AS x WITH x WHERE x > 1. RETURN x UNION RETURN 3 AS x',
  "RETURN 'it\\'s; CALL me' AS a, \"DELETE // no comment\" AS b",
  'MATCH (n:`Set`)-[:LOAD|COPY]->(m:Use) RETURN n.set, m.call /* DROP */ // CREATE',
  'MATCH p = (a)-[*1..3]->(b) RETURN length(p), $set',
  'RETURN date.truncate("day", $d)',
  'WITH [x IN [1,2] WHERE x > 1 | x * 2] AS l RETURN {a: 1, b: l}',
];

const refused = [
  'CREATE (n:Task)',
  'MATCH (n) SET n.name = 1',
  'MATCH (n) DETACH DELETE n',
  'MATCH (n) DELETE n',
  'MATCH (n) REMOVE n.name',
  'MERGE (n:Task {key: 1})',
  'DROP TABLE Task',
  'ALTER TABLE Task ADD x STRING',
  "COPY (MATCH (n) RETURN n) TO '/tmp/x.csv'",
  "COPY Task FROM '/etc/passwd'",
  "LOAD FROM '/etc/passwd' RETURN *",
  "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
  "MATCH (n) LOAD FROM '/etc/passwd' RETURN *",
  "MATCH (n) WHERE 0 < 1. LOAD FROM '/etc/passwd' RETURN *",
  "UNWIND [1] AS x/**/LOAD/**/FROM '/etc/passwd' RETURN *",
  "EXPORT DATABASE '/tmp/x'",
  "IMPORT DATABASE '/tmp/x'",
  "ATTACH '/tmp/x' AS y (dbtype lbug)",
  'DETACH y',
  'USE y',
  'INSTALL httpfs',
  'CALL show_tables() RETURN *',
  'MATCH (n) CALL db.labels() YIELD label RETURN label',
  'MATCH (n) CALL { CREATE (m) } RETURN n',
  'BEGIN TRANSACTION',
  'CHECKPOINT',
  'EXPLAIN MATCH (n) RETURN n',
  'PROFILE MATCH (n) RETURN n',
  'RETURN 1; DROP TABLE Task',
  'RETURN 1;;',
  'mAtCh (n) cReAtE (m)',
  'MATCH (n) FOREACH (x IN [1] | SET n.a = x)',
  "RETURN apoc.load.json('http://x')",
  "RETURN apoc . cypher . runFirstColumn('CREATE (n)', {})",
  'RETURN db.propertyKeys()',
  "RETURN nextval('seq')",
  'UNWIND range(1, 1000000000) AS x RETURN x',
  "RETURN repeat('x', 1000000000)",
  "RETURN 'unterminated",
  'RETURN "a" /* open',
  "RETURN '\\u0027 AS x CALL dbms.listConfig() YIELD name RETURN name //'",
  'MATCH (n) // \\u000a CALL db.labels() YIELD label RETURN label',
  'MATCH (n:`a\\U0060) CALL db.labels() YIELD label RETURN label //`) RETURN 1',
  'MATCH (n)\u00a0CREATE (m)',
  'MATCH (n) \u017fET n.a = 1',
  'MATCH (n) RETURN n \\ CREATE (m)',
  '',
  '   ',
  `RETURN '${'x'.repeat(20_000)}'`,
];

suite('graph › read-only queries', () => {
  for (const query of allowed) {
    test(`lets through ${query.slice(0, 70)}`, () => {
      requireReadOnly(query);
    });
  }
  for (const query of refused) {
    test(`refuses ${JSON.stringify(query.slice(0, 70))}`, () => {
      assert.throws(
        () => {
          requireReadOnly(query);
        },
        { code: 'QUERY_REFUSED', status: 400 },
      );
    });
  }
});
