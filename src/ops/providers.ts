import type { ActiveProvider } from '../providers/provider.ts';
import type { Registry } from '../providers/registry.ts';

/** What `GET /providers` says: those that came with the program, those that are enabled, and what did not load. */
export function describeProviders(
  { providers, failures }: Registry,
  active: ReadonlyMap<string, ActiveProvider>,
) {
  return {
    all_providers: [...providers.keys()],
    enabled_providers: [...active.keys()],
    count: active.size,
    details: [...providers.values()].map(({ name, title, events, model }) => ({
      name,
      title,
      enabled_as: [...active.values()]
        .filter(({ provider }) => provider.name === name)
        .map((one) => one.name),
      events,
      labels: Object.keys(model.nodes),
    })),
    load_errors: failures,
  };
}
