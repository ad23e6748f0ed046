/** The package's root: what applications import, and the types that whoever writes a provider elsewhere needs. */
export { ClickUpWebhookEvent } from './providers/clickup/schema.ts';
export type * from './provider-kit.ts';
