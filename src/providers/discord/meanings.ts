/** What each label is, for docs/graph-model.md. */
export const meanings = {
  Guild: 'A server.',
  Channel: 'A channel, a thread, a category or a direct message: `type` tells.',
  User: 'An account at a provider; `provider` says at which.',
  Member: 'A user in one server, with the roles and the nickname there.',
  Role: 'A role of a server.',
  Bot: 'The author of messages that a webhook posted.',
  Message: 'A message.',
  Reaction: 'One emoji below one message, whoever gave it.',
  Lobby: 'A lobby of a game.',
  Application: 'An app.',
  Command: 'A command of an app.',
  Entitlement: 'What somebody bought or was given of an app.',
} as const;
