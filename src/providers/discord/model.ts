import { defineModel } from '#provider-kit';
import { meanings } from './meanings.ts';

const named = { name: 'string' } as const;

/**
 * The graph of Discord. Directions read as sentences:
 *
 *     (User)-[POSTED]->(Message)-[IN_CHANNEL]->(Channel)-[IN_GUILD]->(Guild)    (User)-[MEMBER_OF]->(Guild)
 *     (Member)-[IS_USER]->(User)    (Member)-[IN_GUILD]->(Guild)    (Member)-[HAS_ROLE]->(Role)
 *
 * A member is a user in one guild: roles and nicknames are not the user's own.
 */
export const model = defineModel({
  meanings,
  nodes: {
    Guild: {
      name: 'string',
      description: 'string',
      /** Whether the relaying bot is in it. A guild that it left may exist still. */
      joined: 'boolean',
      created_at: 'time',
    },
    Channel: {
      name: 'string',
      /** text, voice, category, public_thread, dm …. */
      type: 'string',
      topic: 'string',
      archived: 'boolean',
      created_at: 'time',
    },
    User: {
      provider: 'string',
      login: 'string',
      name: 'string',
      email: 'string',
      avatar_url: 'string',
      /** User or Bot. */
      type: 'string',
    },
    Member: { nick: 'string', joined_at: 'time' },
    Role: { name: 'string', color: 'integer', position: 'integer' },
    /** The author of a message that a webhook posted. */
    Bot: named,
    Message: {
      /** As a person reads it: mentions by name. */
      text: 'string',
      url: 'string',
      created_at: 'time',
      updated_at: 'time',
    },
    /** One emoji under one message; REACTED tells who gave it. */
    Reaction: named,
    Lobby: {},
    Application: named,
    Command: named,
    Entitlement: {
      type: 'integer',
      sku_id: 'string',
      consumed: 'boolean',
      starts_at: 'time',
      ends_at: 'time',
    },
  },
  edges: {
    POSTED: [
      ['User', 'Message'],
      ['Bot', 'Message'],
    ],
    IN_CHANNEL: [['Message', 'Channel']],
    IN_LOBBY: [['Message', 'Lobby']],
    SENT_TO: [['Message', 'User']],
    REPLY_TO: [['Message', 'Message']],
    MENTIONS: [
      ['Message', 'User'],
      ['Message', 'Role'],
      ['Message', 'Channel'],
    ],
    REACTED: [['User', 'Reaction']],
    HAS_REACTION: [['Message', 'Reaction']],
    IN_GUILD: [
      ['Channel', 'Guild'],
      ['Member', 'Guild'],
    ],
    CHILD_OF: [['Channel', 'Channel']],
    CREATED: [['User', 'Channel']],
    OWNED_BY: [['Guild', 'User']],
    MEMBER_OF: [
      ['User', 'Guild'],
      ['User', 'Channel'],
    ],
    BANNED_FROM: [['User', 'Guild']],
    IS_USER: [['Member', 'User']],
    HAS_ROLE: [['Member', 'Role']],
    PART_OF: [
      ['Role', 'Guild'],
      ['Command', 'Application'],
      ['Entitlement', 'Application'],
    ],
    INSTALLED_IN: [['Application', 'Guild']],
    AUTHORIZED: [['User', 'Application']],
    HAS_ENTITLEMENT: [
      ['User', 'Entitlement'],
      ['Guild', 'Entitlement'],
    ],
    USED: [['User', 'Command']],
    INTERACTED_WITH: [['User', 'Message']],
  },
  texts: { Message: ['text'] },
  referable: ['Message'],
});
