import {
  defineProvider,
  equalInConstantTime,
  hmacSha256Hex,
  id,
  type Provider,
  readPayload,
  secrets,
  signatureHeader,
  SignatureInvalidError,
  z,
} from '../../src/provider-kit.ts';

const settings = z.strictObject({ webhook_secret: secrets });
type Settings = z.output<typeof settings>;

const signature = 'x-acme-signature';
const note = z.object({ id, text: z.string().optional() });

/** A sender as small as one can be: HMAC over the body, id and event type in headers. */
export const acme = defineProvider<Settings>({
  name: 'acme',
  title: 'Acme',
  settings,
  model: { nodes: { Note: { text: 'string' } }, edges: {} },
  events: ['note'],
  contentTypes: ['application/json', 'application/x-www-form-urlencoded'],
  verify: (request, { webhook_secret: keys }) => {
    const given = signatureHeader(request, signature);
    if (!keys.some((key) => equalInConstantTime(given, hmacSha256Hex(key, request.body)))) {
      throw new SignatureInvalidError('signature-mismatch');
    }
  },
  sign: ({ body, deliveryId, eventType }, { webhook_secret: keys }) => ({
    [signature]: hmacSha256Hex(keys[0], body),
    'x-acme-id': deliveryId,
    'x-acme-event': eventType,
  }),
  identify: ({ headers, payload }) => {
    if (headers['x-acme-event'] === 'hello') {
      return { kind: 'handshake', reply: { status: 200, body: 'welcome' } };
    }
    return {
      kind: 'delivery',
      id: headers['x-acme-id'] ?? readPayload(note, payload).id,
      eventType: headers['x-acme-event'] ?? 'note',
    };
  },
  normalize: ({ delivery }) => {
    const { id: key, text } = readPayload(note, delivery.payload);
    return {
      mutations: [
        { op: 'upsert-node', node: { label: 'Note', key: `acme:note:${key}` }, properties: { text } },
      ],
    };
  },
}) as unknown as Provider;

export function settingsOf(secret: string): unknown {
  return settings.parse({ webhook_secret: secret });
}
