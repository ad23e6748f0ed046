import { settingsSchema } from '../config/schema.ts';
import { shapeOf } from '../config/shape.ts';
import type { Shape } from '../config/shape.ts';
import type { Provider } from '../providers/provider.ts';
import { markdownTable } from './markdown.ts';
import { kindOf, settingRows } from './settings-rows.ts';
import type { SettingRow } from './settings-rows.ts';

/** Every key of config.yaml for the README: those of the program, then those of each provider. */
export function configTable(providers: ReadonlyMap<string, Provider>): string {
  const ofProgram = settingRows(shapeOf(settingsSchema)).flatMap((row) => [row, ...entryRows(row)]);
  const ofProviders = [...providers.values()].flatMap(({ name, settings }) =>
    settingRows(shapeOf(settings), ['webhooks', 'providers', name]),
  );
  return markdownTable(
    ['key', 'value', 'default', 'meaning'],
    [...ofProgram, ...ofProviders].map(settingCells),
  );
}

/** Of a mapping with free names, what stands below each name. */
function entryRows({ path, shape }: SettingRow): readonly SettingRow[] {
  const entry = shape.additionalProperties;
  return typeof entry === 'object' ? settingRows(entry, [...path, '<name>']) : [];
}

/** A row of a table of settings: key, value, default, meaning. */
export function settingCells({ path, shape, required, choice }: SettingRow): readonly string[] {
  return [
    `\`${path.join('.')}\``,
    kindOf(shape),
    required === 'no' ? defaultOf(shape) : needs[required],
    [choice === undefined ? '' : `With \`${choice}\`.`, shape.description ?? ''].join(' ').trim(),
  ];
}

const needs = { always: 'required', there: 'required there' } as const;

function defaultOf({ default: value }: Shape): string {
  return value === undefined ? '' : `\`${JSON.stringify(value)}\``;
}
