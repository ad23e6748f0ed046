import lbug from '@ladybugdb/core';

/**
 * A graph of two transactions, killed before any checkpoint; with the word `checksums`, as releases wrote it that let the
 * engine keep those of its log.
 */
const [path = '', checksums] = process.argv.slice(2);
const mebibyte = 1024 * 1024;
const settings = [
  256 * mebibyte,
  true,
  false,
  0,
  true,
  128 * mebibyte,
  true,
  checksums === 'checksums',
] as const;
const database = new lbug.Database(path, ...settings);
await database.init();
const connection = new lbug.Connection(database);
await connection.init();
await connection.query('CREATE NODE TABLE Note(key STRING PRIMARY KEY, text STRING)');
const text = checksums === 'checksums' ? 'short' : 'long '.repeat(5000);
for (const key of ['n:1', 'n:2']) await connection.query(`CREATE (:Note {key: '${key}', text: '${text}'})`);
process.kill(process.pid, 'SIGKILL');
