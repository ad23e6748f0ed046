/** The names under which a provider's work is found in Temporal. Written once, for client, worker and ops. */

export function taskQueueOf(provider: string): string {
  return `flowstate-${provider}`;
}

export function workflowTypeOf(provider: string): string {
  return `${provider}Webhook`;
}
