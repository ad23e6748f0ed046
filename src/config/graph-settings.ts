import { z } from 'zod';

const text = z.string().trim().min(1);
const seconds = z.int().min(1).max(3600);

const embedded = z.strictObject({
  driver: z
    .literal('embedded')
    .optional() // so that a block without it is this one
    .default('embedded')
    .describe(
      'embedded is LadybugDB in this process, below data_dir; neo4j a server, which several processes may share.',
    ),
});

const neo4j = z.strictObject({
  driver: z.literal('neo4j'),
  uri: z
    .string()
    .regex(
      /^(?:bolt|neo4j)(?:\+s)?:\/\/[^\s/?#@]+\/?$/,
      'must be bolt://host:port, bolt+s://…, neo4j://… or neo4j+s://…',
    )
    .describe(
      'bolt:// is one server, neo4j:// a cluster; bolt+s:// and neo4j+s:// encrypt the connection and check the certificate.',
    ),
  user: text.default('neo4j').describe('Whose password it is.'),
  password: z.string().min(1).describe('From the environment: "${NEO4J_PASSWORD}".'),
  database: text.default('neo4j').describe('Of the server; it exists, and nothing else writes to it.'),
  ca_file: text
    .optional()
    .describe(
      'Certificates (PEM) of a private authority, for bolt+s:// and neo4j+s://; relative to this file.',
    ),
  max_connections: z.int().min(2).max(1000).default(50).describe('Of one process to the server.'),
  connect_timeout_seconds: seconds.default(5).describe('For a connection to be made.'),
  acquire_timeout_seconds: seconds.default(15).describe('For a connection of the pool to become free.'),
  transaction_timeout_seconds: seconds.default(30).describe('For one write; the server ends a longer one.'),
});

export const graphSettings = z.discriminatedUnion('driver', [embedded, neo4j]).prefault({});
