import type { Config } from '../config/schema.ts';
import type { ActiveProvider } from '../providers/provider.ts';

/** The enabled providers by their names in the URL. */
export function activeProviders({ webhooks }: Pick<Config, 'webhooks'>): Map<string, ActiveProvider> {
  return new Map(
    webhooks.providers.flatMap((entry) => (entry.enabled ? [[entry.name, entry] as const] : [])),
  );
}
