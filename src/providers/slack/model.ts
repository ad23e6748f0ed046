import { defineModel } from '#provider-kit';
import { meanings } from './meanings.ts';

const named = { name: 'string' } as const;

/**
 * The graph of Slack. Directions read as sentences:
 *
 *     (User)-[POSTED]->(Message)-[IN_CHANNEL]->(Channel)-[IN_WORKSPACE]->(Workspace)-[PART_OF]->(Enterprise)
 *     (Message)-[REPLY_TO]->(Message)-[MENTIONS]->(User)    (User)-[REACTED]->(Reaction)<-[HAS_REACTION]-(Message)
 *
 * A reaction is a node, for edges hold no properties and one person may give a message several emoji.
 */
export const model = defineModel({
  meanings,
  nodes: {
    Enterprise: named,
    Workspace: { name: 'string', domain: 'string', url: 'string' },
    Channel: {
      name: 'string',
      /** channel, group (private), im or mpim. */
      type: 'string',
      topic: 'string',
      purpose: 'string',
      archived: 'boolean',
      /** With another organization, through Slack Connect. */
      shared: 'boolean',
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
      active: 'boolean',
    },
    /** The author of a message that no user account posted. */
    Bot: named,
    Message: {
      /** As a person reads it: mentions by name, links with their addresses, no markup. */
      text: 'string',
      subtype: 'string',
      url: 'string',
      created_at: 'time',
      updated_at: 'time',
    },
    File: {
      name: 'string',
      title: 'string',
      mimetype: 'string',
      url: 'string',
      public: 'boolean',
      size_bytes: 'integer',
      created_at: 'time',
    },
    /** One emoji that one person gave to one message or file. */
    Reaction: named,
    Emoji: { name: 'string', url: 'string' },
    Usergroup: { name: 'string', handle: 'string', description: 'string', active: 'boolean' },
    Application: { name: 'string', rate_limited_at: 'time' },
    /** A slash command. */
    Command: named,
  },
  edges: {
    POSTED: [
      ['User', 'Message'],
      ['Bot', 'Message'],
    ],
    IN_CHANNEL: [['Message', 'Channel']],
    REPLY_TO: [['Message', 'Message']],
    MENTIONS: [
      ['Message', 'User'],
      ['Message', 'Channel'],
      ['Message', 'Usergroup'],
    ],
    HAS_FILE: [['Message', 'File']],
    SENT_VIA: [['Message', 'Application']],
    SHARED_IN: [['File', 'Channel']],
    CREATED: [
      ['User', 'File'],
      ['User', 'Channel'],
      ['User', 'Usergroup'],
    ],
    REACTED: [['User', 'Reaction']],
    HAS_REACTION: [
      ['Message', 'Reaction'],
      ['File', 'Reaction'],
    ],
    PINNED_IN: [
      ['Message', 'Channel'],
      ['File', 'Channel'],
    ],
    MEMBER_OF: [
      ['User', 'Channel'],
      ['User', 'Usergroup'],
      ['User', 'Workspace'],
      ['User', 'Enterprise'],
    ],
    IN_WORKSPACE: [
      ['Channel', 'Workspace'],
      ['Usergroup', 'Workspace'],
      ['Emoji', 'Workspace'],
    ],
    SHARED_WITH: [['Channel', 'Workspace']],
    /** A channel that got a new id, when it was shared or its workspace joined an enterprise. */
    BECAME: [['Channel', 'Channel']],
    PART_OF: [
      ['Workspace', 'Enterprise'],
      ['Bot', 'Application'],
      ['Command', 'Application'],
    ],
    INSTALLED_IN: [
      ['Application', 'Workspace'],
      ['Application', 'Enterprise'],
    ],
    AUTHORIZED: [['User', 'Application']],
    USED: [['User', 'Command']],
    INTERACTED_WITH: [['User', 'Message']],
  },
  texts: { Message: ['text'] },
  referable: ['Message'],
});
