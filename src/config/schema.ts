import { z } from 'zod';
import type { Provider } from '../providers/provider.ts';
import { graphSettings } from './graph-settings.ts';

const port = z.int().min(0).max(65_535);
const text = z.string().trim().min(1);

/** What every entry of `webhooks.providers` has; the rest of it is its provider's own. */
export const providerEntrySchema = z
  .looseObject({
    enabled: z.boolean().default(true).describe('Whether its address answers.'),
    type: text.optional().describe('The provider whose code serves this name; the name itself unless given.'),
  })
  .describe("One sender under its name in the URL; beside these its provider's own settings.");

const webhooks = z
  .strictObject({
    enabled: z.boolean().default(true).describe('With false every post is answered with 404.'),
    host: text.default('0.0.0.0').describe('Address to listen on.'),
    port: port.default(8000).describe('Port to listen on; 0 picks a free one.'),
    max_body_bytes: z
      .int()
      .min(1024)
      .max(26_214_400)
      .default(10_485_760)
      .describe('Larger bodies are answered with 413; counted after decompression.'),
    max_connections: z
      .int()
      .min(1)
      .max(100_000)
      .default(2000)
      .describe('Of more connections at once posts are answered with 503; of twice as many none is taken.'),
    stop_delay_seconds: z
      .number()
      .min(0)
      .max(15)
      .default(0)
      .describe(
        'How long a server that was told to stop still answers, while /readyz says 503: so that a load balancer notices.',
      ),
    providers: z
      .record(z.string(), providerEntrySchema)
      .default({})
      .describe('The senders, each under its name in the URL.'),
  })
  .prefault({});

const tls = z
  .union([
    z.boolean(),
    z.strictObject({
      server_name: text.optional(),
      ca_file: text.optional(),
      cert_file: text.optional(),
      key_file: text.optional(),
    }),
  ])
  .default(false)
  .describe('true, or { server_name, ca_file, cert_file, key_file } for a private authority or mutual TLS.');

const temporal = z
  .strictObject({
    address: z
      .union([z.literal('embedded'), z.string().regex(/^[^\s:/]+:\d{1,5}$/, 'must be embedded or host:port')])
      .default('embedded')
      .describe('embedded runs a Temporal server as a child; host:port uses one that runs.'),
    namespace: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/, 'must be 2 to 63 letters, digits, dots, hyphens')
      .default('flow-state')
      .describe('Made at the start where it is missing.'),
    retention_days: z
      .int()
      .min(1)
      .max(3650)
      .default(30)
      .describe('How long Temporal keeps closed events, to be seen, counted and replayed.'),
    tls,
    api_key: text.optional().describe('Of a Temporal that asks for one, such as Temporal Cloud.'),
    ui_url: z
      .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
      .optional()
      .describe('Where people open the UI of a Temporal that is not embedded: links lead there.'),
    visibility_per_second: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe(
        'Requests of one process for stats and events; a server allows 10 to all together unless told.',
      ),
  })
  .prefault({});

const inbox = z
  .strictObject({
    mode: z
      .enum(['always', 'overflow', 'off'])
      .default('always')
      .describe(
        'always writes each delivery to disk, then starts it; overflow only what Temporal does not take at once; off none. The embedded Temporal needs always.',
      ),
    max_bytes: z.int().min(1_048_576).default(1_073_741_824).describe('Fuller than this answers 503.'),
    keep_minutes: z
      .int()
      .min(0)
      .default(10)
      .describe('How long a delivery stays after its workflow closed: more than a power cut takes back.'),
  })
  .prefault({});

const worker = z
  .strictObject({
    host: text.default('127.0.0.1').describe('Address where `flowstate worker` answers for its health.'),
    port: port.default(8001).describe('Port of it; 0 picks a free one.'),
  })
  .prefault({});

const account = z.union([z.string().min(1), z.int()]).transform(String);

const people = z
  .array(
    z
      .strictObject({
        name: text,
        email: z.email().optional(),
        clickup: account.optional(),
        github: account.optional(),
        slack: account.optional(),
        discord: account.optional(),
      })
      .transform(({ name, email, ...accounts }) => ({ name, email, accounts })),
  )
  .default([])
  .describe(
    'Who is who: { name, email, clickup, github, slack, discord }, each account an id or a login. Users with the same ' +
      'verified e-mail address are joined without it.',
  );

/**
 * Every setting of config.yaml. What has no default is optional or says why it must be given. The example file and the
 * README's table are made of this.
 */
export const settingsSchema = z.strictObject({
  webhooks,
  temporal,
  graph: graphSettings,
  inbox,
  people,
  data_dir: text
    .default('./data')
    .describe('Where this process keeps everything, and no other one; relative to this file.'),
  bodies_dir: text
    .optional()
    .describe(
      'Where bodies are kept that are too large for Temporal, bodies in data_dir unless given. Every ingress and worker ' +
        'needs the same folder.',
    ),
  worker,
  admin: z
    .strictObject({
      token: text
        .optional()
        .describe('Bearer token of the ops routes and the commands; without one they refuse everybody.'),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
        .default('info')
        .describe('The least severe lines that are written.'),
      format: z
        .enum(['auto', 'json', 'pretty'])
        .default('auto')
        .describe('auto is pretty on a terminal and JSON lines elsewhere.'),
    })
    .prefault({}),
});

export type Settings = z.output<typeof settingsSchema>;

/** A sender of the configuration. Only an enabled one has sound settings. */
export type ConfiguredProvider =
  | { readonly name: string; readonly enabled: true; readonly provider: Provider; readonly settings: unknown }
  | { readonly name: string; readonly enabled: false; readonly provider: Provider | undefined };

/** The settings as they are used: paths absolute, providers resolved. */
export interface Config extends Omit<Settings, 'webhooks'> {
  /** The file that it was read from, absolute. */
  readonly file: string;
  readonly bodies_dir: string;
  readonly webhooks: Omit<Settings['webhooks'], 'providers'> & {
    readonly providers: readonly ConfiguredProvider[];
  };
}
