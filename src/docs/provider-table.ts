import { shapeOf } from '../config/shape.ts';
import type { Provider } from '../providers/provider.ts';
import { markdownTable } from './markdown.ts';
import { settingRows } from './settings-rows.ts';

/** The shipped providers for the README. */
export function providerTable(providers: ReadonlyMap<string, Provider>): string {
  const rows = [...providers.values()].map((provider) => {
    const rowsOfSettings = settingRows(shapeOf(provider.settings));
    const needed = rowsOfSettings
      .filter(({ required }) => required === 'always')
      .map(({ path }) => `\`${path.join('.')}\``);
    return [
      provider.title,
      `\`POST /webhooks/${provider.name}\``,
      needed.join(', '),
      String(provider.events.length),
      Object.keys(provider.model.nodes).join(', '),
      String(provider.refusalStatus ?? 401),
    ];
  });
  return markdownTable(
    ['sender', 'address', 'needs', 'documented events', 'labels in the graph', 'wrong signature'],
    rows,
  );
}
