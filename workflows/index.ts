/** The workflow types that the worker knows; any other type is served by the default. */
export { clickupWebhook } from './clickup.ts';
export { discordWebhook } from './discord.ts';
export { githubWebhook } from './github.ts';
export { slackWebhook } from './slack.ts';
export { webhook as default } from './webhook.ts';
