/** How a Neo4j is reached and how long it is waited for. */
export interface Neo4jOptions {
  /** `bolt://`, `neo4j://`; with `+s` encrypted. */
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Certificates (PEM) of a private authority. */
  readonly caFile?: string | undefined;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly acquireTimeoutMs: number;
  readonly transactionTimeoutMs: number;
}
