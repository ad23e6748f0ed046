import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { entity, outcome, replay } from '../src/temporal/search-attributes.ts';
import { firstAttempt, untilDone, whileAsking } from './options.ts';
import { withinBytes } from './within-bytes.ts';
import type { Activities, Input, RunIdentity, WriteSummary } from './types.ts';

const asking = proxyActivities<Activities>(whileAsking);
const patient = proxyActivities<Activities>(untilDone);
const quick = proxyLocalActivities<Activities>(firstAttempt);

/** The longest list of entities that fits the search attribute: a value over 2,048 bytes terminates the workflow. */
const maxEntityBytes = 1500;

/** What every provider's workflow does: enrich where planned, apply, and leave its outcome in the search attributes. */
export async function processDelivery({ delivery, plan }: Input, body: Uint8Array): Promise<WriteSummary> {
  const run = runIdentity();
  try {
    const enrichment = plan.enrich ? await asking.enrich(delivery, body) : undefined;
    const summary = await apply(delivery, body, { run, enrichment });
    markOutcome(summary.outcome, summary.entities);
    return summary;
  } catch (error) {
    if (isCancellation(error)) throw error;
    markOutcome('failed', []);
    throw deadLetter(error);
  }
}

interface ApplyContext {
  readonly run: RunIdentity;
  readonly enrichment: unknown;
}

async function apply(
  delivery: Input['delivery'],
  body: Uint8Array,
  context: ApplyContext,
): Promise<WriteSummary> {
  try {
    return await quick.applyDelivery(delivery, body, context.run, context.enrichment);
  } catch (error) {
    if (isCancellation(error) || isFinal(error)) throw error;
    setCurrentDetails(`Waiting to be written; retried until it succeeds. First attempt: ${describe(error)}`);
  }
  const summary = await patient.applyDelivery(delivery, body, context.run, context.enrichment);
  setCurrentDetails('');
  return summary;
}

function runIdentity(): RunIdentity {
  const { runId, firstExecutionRunId } = workflowInfo();
  return { runId, firstRunId: firstExecutionRunId };
}

/**
 * The one upsert, just before the run closes. Whether this run is a replay may be asked here and nowhere else: a reset
 * to a later workflow task would find commands that the history does not have.
 */
function markOutcome(result: 'written' | 'skipped' | 'failed', entities: readonly string[]): void {
  const { runId, firstExecutionRunId } = workflowInfo();
  upsertSearchAttributes([
    { key: outcome, value: result },
    { key: replay, value: runId !== firstExecutionRunId },
    { key: entity, value: withinBytes(entities, maxEntityBytes) },
  ]);
}

function isFinal(error: unknown): boolean {
  const failure = failureOf(error);
  return failure instanceof ApplicationFailure && failure.nonRetryable === true;
}

/** The failure that the dead letter is known by: our code as its type, not the activity's wrapper around it. */
function deadLetter(error: unknown): unknown {
  const failure = failureOf(error);
  if (!(failure instanceof ApplicationFailure)) return error;
  return ApplicationFailure.nonRetryable(failure.message, failure.type, ...(failure.details ?? []));
}

function describe(error: unknown): string {
  const failure = failureOf(error);
  if (failure instanceof ApplicationFailure) return `${failure.type ?? 'error'}: ${failure.message}`;
  return failure instanceof Error ? failure.message : String(failure);
}

/** What the activity failed with: a regular one comes in a wrapper, a local one may come without. */
function failureOf(error: unknown): unknown {
  return error instanceof ActivityFailure ? error.cause : error;
}
