/** What each label is, for docs/graph-model.md. */
export const meanings = {
  Enterprise: 'An Enterprise organization, over several workspaces.',
  Workspace: 'A workspace.',
  Channel: 'A channel, a private channel or a direct message: `type` tells.',
  User: 'An account at a provider; `provider` says at which.',
  Bot: 'The author of messages that no user account posted.',
  Message: 'A message, or a reply in a thread.',
  File: 'A file that was uploaded or linked.',
  Reaction: 'One emoji that one person gave to one message or file.',
  Emoji: 'An emoji of a workspace.',
  Usergroup: 'A group of people who are mentioned together.',
  Application: 'An app.',
  Command: 'A slash command.',
} as const;
