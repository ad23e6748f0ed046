import { alternatives, shapeOf } from '../config/shape.ts';
import type { Shape } from '../config/shape.ts';
import type { Provider } from '../providers/provider.ts';
import { settingCells } from './config-table.ts';
import { markdownTable } from './markdown.ts';
import { settingRows } from './settings-rows.ts';

/** Of docs/custom.md: the keys of each signature scheme, and the presets. */
export function customSections(providers: ReadonlyMap<string, Provider>): Readonly<Record<string, string>> {
  const custom = providers.get('custom');
  if (custom === undefined) throw new Error('There is no custom provider to describe.');
  const all = alternatives(shapeOf(custom.settings)).map(({ properties }) => properties ?? {});
  const schemes = all.flatMap(({ signature }) => signature?.oneOf ?? signature?.anyOf ?? []);
  const presets = all.flatMap(({ preset }) => preset?.enum ?? []);
  return {
    schemes: schemes.map(schemeSection).join('\n\n'),
    presets: presets.map((preset) => `\`${preset}\``).join(', '),
  };
}

function schemeSection(shape: Shape): string {
  const { scheme } = shape.properties ?? {};
  const rows = settingRows(shape).filter(({ path }) => path[0] !== 'scheme');
  const head = `**\`scheme: ${String(scheme?.const)}\`** ${scheme?.description ?? ''}`;
  if (rows.length === 0) return head;
  return `${head}\n\n${markdownTable(['key', 'value', 'default', 'meaning'], rows.map(settingCells))}`;
}
