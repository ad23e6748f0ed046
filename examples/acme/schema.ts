import { id, z } from '#provider-kit';

/** Of every payload; the id is the same for each retry. */
export const Envelope = z.object({ id, type: z.string().min(1), at: z.iso.datetime() });

/** Acme checks a new address by a question that wants its word back. */
export const Check = z.object({ type: z.literal('endpoint.check'), word: z.string() });

const Person = z.object({ id, name: z.string().nullish(), email: z.string().nullish() });

const Ticket = z.object({
  id,
  subject: z.string().optional(),
  state: z.string().optional(),
  url: z.string().optional(),
  opened_by: Person.nullish(),
  /** Null while nobody has it; left out where the event does not say. */
  assignee: Person.nullish(),
});

export const TicketEvent = Envelope.extend({ ticket: Ticket });
export const ReplyEvent = TicketEvent.extend({
  reply: z.object({ id, text: z.string(), author: Person.nullish() }),
});

export type Person = z.output<typeof Person>;
export type Ticket = z.output<typeof Ticket>;

/** A sample as if it had just happened. */
export function freshen(payload: unknown, fresh: { readonly id: string; readonly at: Date }): unknown {
  return Envelope.safeParse(payload).success
    ? { ...(payload as object), id: fresh.id, at: fresh.at.toISOString() }
    : payload;
}
