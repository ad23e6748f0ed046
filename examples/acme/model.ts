import { defineModel, mutationsOf } from '#provider-kit';

/**
 *     (User)-[OPENED]->(Ticket)-[ASSIGNED_TO]->(User)    (User)-[POSTED]->(Reply)-[PART_OF]->(Ticket)
 *
 * `User`, `OPENED` and `ASSIGNED_TO` are words of other providers too: the same label is one table for all of them, and
 * a user with a verified e-mail address becomes a Person with the accounts of the other providers.
 */
export const model = defineModel({
  meanings: {
    Ticket: 'Something that a customer asks for.',
    Reply: 'What somebody wrote below a ticket.',
    User: 'Somebody who writes or answers tickets.',
  },
  nodes: {
    Ticket: { subject: 'string', state: 'string', url: 'string', updated_at: 'time' },
    Reply: { text: 'string', created_at: 'time' },
    /** `email` only where the provider vouches for it: it makes one Person of this account and others. */
    User: { provider: 'string', name: 'string', email: 'string' },
  },
  edges: {
    OPENED: [['User', 'Ticket']],
    ASSIGNED_TO: [['Ticket', 'User']],
    POSTED: [['User', 'Reply']],
    PART_OF: [['Reply', 'Ticket']],
  },
  /** Where people write: `CU-86c2q7x1a` or `acme/checkout#12` in them becomes an edge REFERENCES. */
  texts: { Ticket: ['subject'], Reply: ['text'] },
});

export const { node, upsert, remove, link, replaceOut } = mutationsOf(model);

/** Keys begin with the provider and are made of ids that never change. */
export const ref = {
  ticket: (id: string) => node('Ticket', `acme:ticket:${id}`),
  reply: (id: string) => node('Reply', `acme:reply:${id}`),
  user: (id: string) => node('User', `acme:user:${id}`),
};
