import { z } from 'zod';
import { ServerRefusedError, ServerUnreachableError } from '../errors.ts';
import type { SignedSample } from './sample.ts';

const timeoutMs = 30_000;

const acceptedSchema = z.object({
  status: z.string(),
  delivery_id: z.string(),
  workflow_id: z.string(),
});
const refusedSchema = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
const aboutSchema = z.object({ temporal_ui: z.url() });

export interface Posted {
  readonly httpStatus: number;
  /** Undefined where the sender's rules leave no room for it in the answer. */
  readonly answer: z.output<typeof acceptedSchema> | undefined;
}

/**
 * Posts a sample to a provider's address.
 *
 * @throws ServerUnreachableError, ServerRefusedError with the code of the answer
 */
export async function postSample(address: string, sample: SignedSample): Promise<Posted> {
  const response = await request(`${address}${sample.path}`, {
    method: 'POST',
    headers: sample.headers,
    body: sample.body,
  });
  const answer = await readJson(response);
  if (!response.ok) throw refusal(response.status, answer);
  return { httpStatus: response.status, answer: acceptedSchema.safeParse(answer).data };
}

/** The address of Temporal's UI, as the server tells it at `GET /`; undefined where it does not. */
export async function temporalUiOf(url: string): Promise<string | undefined> {
  const response = await request(`${url}/`, { method: 'GET' });
  return aboutSchema.safeParse(await readJson(response)).data?.temporal_ui.replace(/\/+$/, '');
}

async function request(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    throw new ServerUnreachableError(`No server answers at ${url}; is it started?`, { cause });
  }
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function refusal(httpStatus: number, answer: unknown): ServerRefusedError {
  const { data } = refusedSchema.safeParse(answer);
  if (data !== undefined) return new ServerRefusedError(data.error.code, data.error.message);
  return new ServerRefusedError(`HTTP_${httpStatus}`, 'the answer says no more');
}
