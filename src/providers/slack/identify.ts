import {
  type HttpReply,
  type Identity,
  readPayload,
  sha256Hex,
  type VerifiedRequest,
  z,
} from '#provider-kit';
import { withoutCredentials } from './credentials.ts';
import { formType, readForm } from './form.ts';
import { envelope, eventTypeOf, rateLimit } from './schema.ts';

const outer = z.object({ type: z.string() });
const challenge = z.object({ challenge: z.string().min(1).max(1000) });
const command = z.object({ command: z.string().min(1), trigger_id: z.string().min(1) });
const interaction = z.object({
  type: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'is not a type of interaction'),
  trigger_id: z.string().min(1).nullish(),
});

/** Slack wants no more than a 200 in time. To a command or a button an empty one says "seen" and shows nothing. */
const seen: HttpReply = { status: 200 };

/** Called for what is verified only, so no challenge is echoed to anybody else. */
export function identify(request: VerifiedRequest): Identity {
  if (request.contentType === formType) return identifyForm(request);
  const { type } = readPayload(outer, request.payload);
  if (type === 'url_verification') {
    const { challenge: body } = readPayload(challenge, request.payload);
    return { kind: 'handshake', reply: { ...seen, headers: { 'content-type': 'text/plain' }, body } };
  }
  if (type === 'app_rate_limited') {
    const {
      team_id: team,
      api_app_id: app,
      minute_rate_limited: minute,
    } = readPayload(rateLimit, request.payload);
    return delivery(request, { id: [type, team, app, minute].join(':'), eventType: type });
  }
  const { event_id: id, event } = readPayload(envelope, request.payload);
  return delivery(request, { id, eventType: eventTypeOf(event) });
}

/**
 * Commands and interactions carry no id. Their trigger, one for each act of a person, is a credential: its digest serves.
 * What has no trigger, such as a closed modal, goes by the digest of its body.
 */
function identifyForm(request: VerifiedRequest): Identity {
  const { kind, payload } = readForm(request.payload);
  if (kind === 'command') {
    if ((payload as { ssl_check?: string }).ssl_check === '1') return { kind: 'handshake', reply: seen };
    const { trigger_id: trigger } = readPayload(command, payload);
    return delivery(request, { id: `slash_command:${digestOf(trigger)}`, eventType: 'slash_command' });
  }
  const { type, trigger_id: trigger } = readPayload(interaction, payload);
  // What a menu asks for while somebody types is no event; nothing has happened yet.
  if (type === 'block_suggestion') return { kind: 'handshake', reply: { ...seen, body: { options: [] } } };
  return delivery(request, { id: `${type}:${digestOf(trigger ?? request.body)}`, eventType: type });
}

function delivery(request: VerifiedRequest, named: { id: string; eventType: string }): Identity {
  return {
    kind: 'delivery',
    ...named,
    reply: seen,
    storedBody: withoutCredentials(request),
    notes: notesOf(request),
  };
}

/** Retries tell of answers that came too late; they are no reason to drop: the first attempt may never have arrived. */
function notesOf({ headers }: VerifiedRequest): Record<string, string> {
  const retry = /^\d{1,3}$/.exec(headers['x-slack-retry-num'] ?? '')?.[0];
  const reason = /^[a-z_]{1,40}$/.exec(headers['x-slack-retry-reason'] ?? '')?.[0];
  return { ...(retry && { retry }), ...(reason && { retry_reason: reason }) };
}

function digestOf(value: string | Uint8Array): string {
  return sha256Hex(value).slice(0, 32);
}
