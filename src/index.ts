/** The package's root: what applications import, and what whoever writes a provider outside this repository needs. */
export { ClickUpWebhookEvent } from './providers/clickup/schema.ts';
export * from './provider-kit.ts';
