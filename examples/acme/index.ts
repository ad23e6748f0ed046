import { defineProvider } from '#provider-kit';
import { identify } from './identify.ts';
import { model } from './model.ts';
import { normalize } from './normalize.ts';
import { freshen } from './schema.ts';
import { type Settings, settings, sign, verify } from './verify.ts';

/** Acme Desk, an invented help desk: tickets, who opened them, and what is written below them. */
export default defineProvider<Settings>({
  name: 'acme',
  title: 'Acme Desk',
  settings,
  model,
  events: ['ticket.opened', 'ticket.changed', 'ticket.deleted', 'reply.posted'],
  verify,
  sign,
  identify,
  normalize,
  freshen,
});
