import express, { type Router } from 'express';
import { EntityUnknownError, SavedQueryUnknownError } from '../errors.ts';
import type { GraphReader } from '../graph/deferred.ts';
import type { GraphModel } from '../graph/model.ts';
import { loadSavedQueries } from '../graph/saved/load-saved-queries.ts';
import { describeParameter, isRequired } from '../graph/saved/parameters.ts';
import type { NamesIn } from '../graph/saved/resolve-entity.ts';
import { runSavedQuery } from '../graph/saved/run-saved-query.ts';
import type { SavedQuery } from '../graph/saved/saved-query.ts';
import { requireAdmin } from './admin.ts';
import { graphBody, readParameters, savedBounds } from './parameters.ts';

export interface GraphRouteOptions {
  readonly graph: GraphReader;
  /** Of the enabled providers, with what joins them. */
  readonly model: GraphModel;
  readonly namesIn: NamesIn;
  readonly adminToken: string | undefined;
}

/** A saved query as `GET /graph/saved` tells of it. */
export interface ListedQuery {
  readonly name: string;
  readonly asks: string;
  readonly says: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly form: string;
    readonly required: boolean;
    readonly meaning: string;
  }[];
  readonly columns: readonly string[];
}

const queries = await loadSavedQueries();

/** What the graph is asked: entities, Cypher, and the questions that have a name. */
export function addGraphRoutes(
  router: Router,
  { graph, model, namesIn, adminToken }: GraphRouteOptions,
): void {
  const admin = requireAdmin(adminToken);
  router.get('/entities/:label/*key', admin, async (request, response) => {
    const { label, key } = request.params as unknown as { label: string; key: string[] };
    const entity = await graph.entity(label, key.join('/'));
    if (entity === undefined) throw new EntityUnknownError(`The graph has no ${label} of this key.`);
    response.json(entity);
  });
  router.post('/graph', admin, express.json({ limit: '1mb' }), async (request, response) => {
    const given = readParameters(graphBody, request.body);
    const { query, parameters, max_rows: maxRows, timeout_ms: timeoutMs } = given;
    response.json(await graph.query(query, parameters, { maxRows, timeoutMs }));
  });
  router.get('/graph/saved', admin, (_request, response) => {
    response.json({ queries: [...queries.values()].map(listed) });
  });
  router.get('/graph/saved/:name', admin, async (request, response) => {
    const query = queries.get(String(request.params['name']));
    if (query === undefined) {
      throw new SavedQueryUnknownError(
        `There is no such saved query; there are: ${[...queries.keys()].join(', ')}.`,
      );
    }
    const { max_rows: maxRows, timeout_ms: timeoutMs, ...given } = readParameters(savedBounds, request.query);
    const bounds = { maxRows, timeoutMs };
    response.json(await runSavedQuery({ query, given, graph, model, namesIn, bounds, now: new Date() }));
  });
}

export function listed({ name, asks, says, parameters, columns }: SavedQuery): ListedQuery {
  return {
    ...{ name, asks, says, columns },
    parameters: Object.entries(parameters).map(([parameter, kind]) => ({
      name: parameter,
      form: describeParameter(parameter, kind),
      required: isRequired(kind),
      meaning: kind.meaning,
    })),
  };
}
