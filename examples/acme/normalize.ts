import { type Delivery, eventTime, type Mutation, type Normalized, readPayload } from '#provider-kit';
import { link, ref, remove, replaceOut, upsert } from './model.ts';
import { Envelope, type Person, ReplyEvent, type Ticket, TicketEvent } from './schema.ts';

/** Pure: the same delivery gives the same mutations, whenever and however often it is asked. */
export function normalize({ delivery }: { readonly delivery: Delivery }): Normalized {
  const { payload, eventType } = delivery;
  const at = readPayload(Envelope, payload).at;
  return { eventTime: eventTime(at), mutations: mutationsOf(eventType, payload, at) };
}

function mutationsOf(eventType: string, payload: unknown, at: string): Mutation[] {
  switch (eventType) {
    case 'ticket.opened':
    case 'ticket.changed':
      return ticketMutations(readPayload(TicketEvent, payload).ticket, at);
    case 'ticket.deleted':
      return [remove(ref.ticket(readPayload(TicketEvent, payload).ticket.id))];
    case 'reply.posted':
      return replyMutations(readPayload(ReplyEvent, payload), at);
    default:
      return []; // an event that Acme added since: the delivery is kept as a node, and touches nothing
  }
}

function ticketMutations(
  { id, subject, state, url, opened_by: opener, assignee }: Ticket,
  at: string,
): Mutation[] {
  const ticket = ref.ticket(id);
  return [
    upsert(ticket, { subject, state, url, updated_at: eventTime(at) }),
    ...(opener ? [upsertUser(opener), link(ref.user(opener.id), 'OPENED', ticket)] : []),
    ...(assignee ? [upsertUser(assignee)] : []),
    // Stated whole: with nobody in it, it ends the edge to whoever had the ticket before.
    ...(assignee === undefined
      ? []
      : [replaceOut(ticket, 'ASSIGNED_TO', assignee ? [ref.user(assignee.id)] : [])]),
  ];
}

function replyMutations(
  {
    reply: { id, text, author },
    ticket,
  }: { reply: { id: string; text: string; author?: Person | null | undefined }; ticket: Ticket },
  at: string,
): Mutation[] {
  const reply = ref.reply(id);
  return [
    upsert(reply, { text, created_at: eventTime(at) }),
    link(reply, 'PART_OF', ref.ticket(ticket.id)), // a mention: if the ticket is not known yet, it is a stub until it is
    ...(author ? [upsertUser(author), link(ref.user(author.id), 'POSTED', reply)] : []),
  ];
}

function upsertUser({ id, name, email }: Person): Mutation {
  return upsert(ref.user(id), { provider: 'acme', name: name ?? undefined, email: email ?? undefined });
}
