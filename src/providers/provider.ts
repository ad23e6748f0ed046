import type { z } from 'zod';
import type { Delivery } from '../delivery.ts';
import type { EventTime } from '../graph/event-time.ts';
import type { GraphModel } from '../graph/model.ts';
import type { Mutation, NodeRef } from '../graph/mutation.ts';
import type { RawRequest } from '../signature.ts';

/** A request whose signature holds and whose body is parsed: JSON, or the fields of a form. */
export interface VerifiedRequest extends RawRequest {
  readonly payload: unknown;
}

/** What an honest sender would say of the body it is about to post. */
export interface Outgoing {
  readonly body: Uint8Array;
  readonly deliveryId: string;
  readonly eventType: string;
  readonly sentAt: Date;
}

export interface HttpReply {
  readonly status: number;
  /** An object is sent as JSON, a text as it is, undefined as an empty body. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a verified request is. An unusable one is a PayloadInvalidError that names the field. */
export type Identity =
  | {
      readonly kind: 'delivery';
      /** Unique within the provider, the same for each retry of the sender. */
      readonly id: string;
      readonly eventType: string;
      /** Ids that this delivery may have been accepted under before: it is a duplicate of each. */
      readonly earlierIds?: readonly string[];
      /** Fixed answer where the sender demands one; the same for accepted and duplicate. */
      readonly reply?: HttpReply;
      /** The body to keep instead of the received one, where that holds a credential. */
      readonly storedBody?: Uint8Array;
      /** What of the request is worth a line in the log, such as the number of a retry; not stored. */
      readonly notes?: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'handshake'; readonly reply: HttpReply };

/** What a delivery means for the graph. */
export type Normalized =
  | { readonly eventTime?: EventTime | undefined; readonly mutations: readonly Mutation[] }
  /** Nothing to write, not even the delivery; the outcome is `skipped` and the reason is in the result. */
  | { readonly skipped: string };

export interface NormalizeInput<Settings, Enrichment> {
  readonly delivery: Delivery;
  readonly settings: Settings;
  /** What `enrich.fetch` gave; undefined where it was not asked. */
  readonly enrichment: Enrichment | undefined;
}

export interface Enrich<Settings, Enrichment> {
  /** Decided at acceptance and recorded in the workflow's input, so that a replay of its history asks no settings. */
  needed(delivery: Delivery, settings: Settings): boolean;
  /**
   * Asks the provider's API. What it returns goes through the workflow's history: only what normalize reads.
   *
   * @throws EnrichUnavailableError to be asked again later
   * @throws EnrichRefusedError where asking again changes nothing
   */
  fetch(delivery: Delivery, settings: Settings, signal: AbortSignal): Promise<Enrichment>;
}

/** A name that a text gives to something, in whichever provider that lives. */
export interface Reference {
  /** As a person writes it: `acme/app#12`. */
  readonly name: string;
  /** Unique among all names: `github:acme/app#12`. */
  readonly key: string;
  /** The node, where the name alone tells its key. Otherwise that node's own events do. */
  readonly target?: NodeRef;
}

/**
 * Finds what a text refers to, of the things of one provider. Pure, and linear in the length of the text.
 *
 * @param address of the text itself, for what it names by halves: `#12` is of the same repository
 */
export type ReferenceReader = (text: string, address: string | undefined) => Reference[];

/**
 * A sender, as a value: its folder under src/providers exports one as default. Adding a provider touches that folder
 * and the configuration, nothing else.
 */
export interface Provider<Settings = unknown, Enrichment = unknown> {
  /** Lower-case name: the folder, the default name in the URL and the prefix of its keys. */
  readonly name: string;
  readonly title: string;
  /** Of everything under `webhooks.providers.<name>` but `enabled` and `type`. */
  readonly settings: z.ZodType<Settings>;
  /** Settings to try it with, where its secret is not any text. */
  readonly exampleSettings?: Readonly<Record<string, unknown>>;
  /** Settings as earlier releases wrote them in today's words, with a sentence for each that should be changed. */
  legacySettings?(given: Readonly<Record<string, unknown>>): {
    readonly settings: Readonly<Record<string, unknown>>;
    readonly warnings: readonly string[];
  };
  /** The labels, properties and relationships that its mutations may use. */
  readonly model: GraphModel;
  /** What the settings of one configured name add to the model. */
  modelOf?(settings: Settings): GraphModel;
  /** The documented event types; each has a fixture. Others are accepted too. */
  readonly events: readonly string[];
  /** Status of a refused signature; 401 unless the sender punishes it. */
  readonly refusalStatus?: number;
  /** Media types that the sender uses; JSON unless said. */
  readonly contentTypes?: readonly string[];
  /** The same where the settings decide; wins over `contentTypes`. */
  contentTypesOf?(settings: Settings): readonly string[] | undefined;
  /** @throws SignatureInvalidError */
  verify(request: RawRequest, settings: Settings): void;
  /** The pair of `verify`: all headers of an honest request, the signature among them. */
  sign(outgoing: Outgoing, settings: Settings): Record<string, string>;
  /** @throws PayloadInvalidError */
  identify(request: VerifiedRequest, settings: Settings): Identity;
  /** Pure, and bounded in time. @throws PayloadInvalidError or NormalizeFailedError where the payload has not the shape it must have. */
  normalize(input: NormalizeInput<Settings, Enrichment>): Normalized | Promise<Normalized>;
  readonly enrich?: Enrich<Settings, Enrichment>;
  /** Finds what a text of any provider refers to among this one's nodes. */
  readonly referencesIn?: ReferenceReader;
  /** A sample made fresh, so that it is no duplicate of the last one; the payload itself unless the id lies in it. */
  freshen?(payload: unknown, fresh: { readonly id: string; readonly at: Date }, settings?: Settings): unknown;
  /** The same of a sample that is a form, as its text. */
  freshenForm?(form: string, fresh: { readonly id: string; readonly at: Date }): string;
}

/** A recorded request with what must come of it: the examples of `flowstate send` and of the conformance suite. */
export interface Fixture {
  readonly name: string;
  readonly eventType: string;
  /** The page or the capture that the shape is from. */
  readonly source: string;
  /** Headers beside those that `sign` gives. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Path below the provider's address. */
  readonly path?: string;
  /** With its question mark. */
  readonly query?: string;
  /** Settings that this example needs beside a secret. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** The payload, sent as JSON, or `form`, sent as it stands. */
  readonly payload?: unknown;
  readonly form?: string;
  /** Where the sender proves itself by a token alone, so that a changed body goes unseen. */
  readonly bodyUnsigned?: boolean;
  readonly receivedAt: string;
  readonly enrichment?: unknown;
  readonly expected:
    | {
        readonly deliveryId?: string;
        readonly eventTime?: EventTime;
        readonly mutations: readonly Mutation[];
      }
    | { readonly deliveryId?: string; readonly skipped: string }
    | { readonly handshake: HttpReply };
}

export function defineProvider<Settings, Enrichment = never>(
  provider: Provider<Settings, Enrichment>,
): Provider<Settings, Enrichment> {
  return provider;
}

/** A provider as the configuration has it: several names may share one provider (`type: custom`). */
export interface ActiveProvider {
  readonly name: string;
  readonly provider: Provider;
  readonly settings: unknown;
}
