import type { Request, Response } from 'express';
import type { Logger } from 'pino';
import { boundedKey, boundedText, type DeliveryHead, sha256Hex } from '../delivery.ts';
import {
  ContentUnsupportedError,
  PayloadInvalidError,
  ProviderUnknownError,
  SignatureInvalidError,
} from '../errors.ts';
import { parsePayload } from '../payload.ts';
import type { ActiveProvider, HttpReply, Identity, VerifiedRequest } from '../providers/provider.ts';
import type { RawRequest } from '../signature.ts';
import type { Accept, Acceptance } from './acceptance.ts';
import type { BodyShare } from './body-budget.ts';
import { readBody } from './read-body.ts';
import { sendReply } from './respond.ts';

export interface ReceiveOptions {
  readonly providers: ReadonlyMap<string, ActiveProvider>;
  readonly accept: Accept;
  readonly maxBodyBytes: number;
  /** Of the memory for bodies; whoever gave it takes it back. */
  readonly share: BodyShare;
  readonly log: Logger;
}

/** What is known of a request by the time it is refused. */
export interface Received extends Record<string, unknown> {
  body?: Uint8Array;
}

/** A request may name the server in its address, as to a proxy: `POST https://your.host/webhooks/acme HTTP/1.1`. */
const absoluteForm = /^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i;
const jsonType = 'application/json';

/** One post of a sender, from its bytes to its answer. */
export async function receive(
  request: Request,
  response: Response<unknown, Received>,
  options: ReceiveOptions,
): Promise<void> {
  const startedAt = performance.now();
  const active = providerOf(request, options.providers);
  const contentType = requireContentType(request, active);
  const body = await readBody(request, { maxBytes: options.maxBodyBytes, share: options.share });
  response.locals.body = body;
  const raw = rawRequestOf(request, { body, contentType });
  verify(raw, active);
  const verified = { ...raw, payload: parseObject(raw) };
  const identity = active.provider.identify(verified, active.settings);
  if (identity.kind === 'handshake') {
    sendReply(response, identity.reply);
    options.log.info({ provider: active.name }, 'handshake answered');
    return;
  }
  const acceptance = await acceptDelivery(active, { verified, identity, accept: options.accept });
  sendReply(response, identity.reply ?? replyTo(acceptance));
  options.log.info(
    {
      ...identity.notes,
      provider: active.name,
      delivery_id: acceptance.deliveryId,
      event: boundedText(identity.eventType),
      workflow_id: acceptance.workflowId,
      status: acceptance.status,
      ms: Math.round(performance.now() - startedAt),
    },
    'delivery received',
  );
}

interface Accepting {
  readonly verified: VerifiedRequest;
  readonly identity: Extract<Identity, { kind: 'delivery' }>;
  readonly accept: Accept;
}

async function acceptDelivery(
  active: ActiveProvider,
  { verified, identity, accept }: Accepting,
): Promise<Acceptance> {
  const body = identity.storedBody ?? verified.body;
  const delivery: DeliveryHead = {
    provider: active.name,
    id: boundedKey(identity.id),
    eventType: boundedText(identity.eventType),
    receivedAt: verified.receivedAt.toISOString(),
    contentType: verified.contentType,
    bodySha256: sha256Hex(verified.body),
  };
  const enrich =
    active.provider.enrich?.needed({ ...delivery, payload: verified.payload }, active.settings) ?? false;
  const earlierIds = (identity.earlierIds ?? []).map(boundedKey);
  return await accept({ delivery, body, earlierIds, plan: { enrich } });
}

function providerOf(request: Request, providers: ReceiveOptions['providers']): ActiveProvider {
  const name = String(request.params['provider']);
  const active = providers.get(name);
  if (active === undefined) throw new ProviderUnknownError('No provider of this name is enabled here.');
  return active;
}

/** Without a content type the body counts as JSON where the sender uses that. */
function requireContentType(request: Request, { provider, settings }: ActiveProvider): string {
  const types = provider.contentTypesOf?.(settings) ?? provider.contentTypes ?? [jsonType];
  const allowed = types.map((type) => type.toLowerCase());
  const [given = ''] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  const type = given.trim() === '' ? jsonType : given.trim();
  if (allowed.includes(type) || (type.endsWith('+json') && allowed.includes(jsonType))) return type;
  throw new ContentUnsupportedError(
    `The content type is not one that this provider takes: ${allowed.join(', ')}.`,
  );
}

function rawRequestOf(request: Request, given: { body: Uint8Array; contentType: string }): RawRequest {
  const names = request.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  const [path = '', ...query] = request.originalUrl.replace(absoluteForm, '').split('?');
  const below = path.split('/').slice(3).join('/'); // as it was sent: a signature may cover it
  return {
    headers: Object.fromEntries(headers) as RawRequest['headers'],
    repeatedHeaders: new Set(names.filter((name, index) => names.indexOf(name) !== index)),
    path: below === '' ? '' : `/${below}`,
    query: query.length === 0 ? '' : `?${query.join('?')}`,
    receivedAt: new Date(),
    ...given,
  };
}

function verify(request: RawRequest, { provider, settings }: ActiveProvider): void {
  try {
    provider.verify(request, settings);
  } catch (error) {
    if (error instanceof SignatureInvalidError && provider.refusalStatus !== undefined) {
      throw error.withStatus(provider.refusalStatus);
    }
    throw error;
  }
}

function parseObject({ body, contentType }: RawRequest): unknown {
  const payload = parsePayload(body, contentType);
  if (typeof payload === 'object' && payload !== null && !Array.isArray(payload)) return payload;
  throw new PayloadInvalidError('The body must be a JSON object at its top level.');
}

function replyTo({ status, deliveryId, workflowId, state }: Acceptance): HttpReply {
  const body = {
    status,
    delivery_id: deliveryId,
    workflow_id: workflowId,
    ...(state === undefined ? {} : { state }),
  };
  return { status: status === 'accepted' ? 202 : 200, body };
}
