import { stringify } from 'yaml';
import { settingsSchema } from '../config/schema.ts';
import { alternatives, choiceOf, shapeOf } from '../config/shape.ts';
import type { Shape } from '../config/shape.ts';
import type { Provider } from '../providers/provider.ts';
import { choicesOf } from './settings-rows.ts';

const head = `# Every setting of Flow-State with its default. Generated from the schema (npm run docs): copy what you need to
# config.yaml. Values may name environment variables: "\${NAME}", "\${NAME:-default}"; "$\${" is a plain "\${".
`;

type Providers = ReadonlyMap<string, Provider>;

/** The text of config.example.yaml: it loads where the variables that it names are set. */
export function configExample(providers: Providers): string {
  const { properties = {} } = shapeOf(settingsSchema);
  const blocks = Object.entries(properties).map(([key, shape]) =>
    key === 'webhooks' ? webhooksLines(shape, providers) : settingLines(key, shape),
  );
  return `${head}\n${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function settingLines(key: string, shape: Shape): readonly string[] {
  const comment = shape.description === undefined ? [] : [`# ${shape.description}`];
  const choices = choicesOf(shape);
  if (choices.length > 0) return [`${key}:`, ...indent(choices.flatMap(choiceLines))];
  if (shape.properties !== undefined) {
    const children = Object.entries(shape.properties).flatMap(([name, child]) => settingLines(name, child));
    const lines = [...comment, `${key}:`, ...indent(children)];
    return shape.default === undefined ? lines.map((line) => `# ${line}`) : lines;
  }
  const value = shape.default === undefined ? '' : ` ${inline(shape.default)}`;
  return [...comment, shape.default === undefined ? `# ${key}:` : `${key}:${value}`];
}

/** The first choice, which is the default, and the others as a remark. */
function choiceLines(shape: Shape, index: number): readonly string[] {
  const { properties = {} } = shape;
  if (index === 0) return Object.entries(properties).flatMap(([name, child]) => settingLines(name, child));
  const lines = Object.entries(properties)
    .filter(([, child]) => child.const === undefined)
    .flatMap(([name, child]) => settingLines(name, child));
  return [
    `# or ${choiceOf(shape) ?? ''}, with`,
    ...lines.map((line) => (line.startsWith('#') ? line : `# ${line}`)),
  ];
}

function webhooksLines({ properties = {} }: Shape, providers: Providers): readonly string[] {
  const { providers: names, ...others } = properties;
  const lines = Object.entries(others).flatMap(([name, child]) => settingLines(name, child));
  const entries = [...providers.values()].flatMap(providerLines);
  return [
    'webhooks:',
    ...indent([...lines, `# ${names?.description ?? ''}`, 'providers:', ...indent(entries)]),
  ];
}

function providerLines({ name, title, settings }: Provider): readonly string[] {
  const shapes = alternatives(shapeOf(settings));
  const example = shapes.flatMap(({ examples = [] }) => examples)[0];
  if (example !== undefined) {
    const entry = stringify({ [`my-${name}`]: { type: name, ...example } })
      .trimEnd()
      .split('\n');
    return [`# ${title}`, ...entry];
  }
  const lines = shapes.flatMap(({ properties = {}, required = [] }) =>
    Object.entries(properties).flatMap(([key, child]) =>
      isSecret(key, child)
        ? secretLines(name, key, { child, isRequired: required.includes(key) })
        : settingLines(key, child),
    ),
  );
  return [`# ${title}`, `${name}:`, ...indent(['enabled: true', ...lines])];
}

/** Secrets and tokens come from the environment. */
function secretLines(
  provider: string,
  key: string,
  { child, isRequired }: { child: Shape; isRequired: boolean },
): readonly string[] {
  const variable = `${provider}_${key}`.toUpperCase().replaceAll('-', '_');
  const comment = child.description === undefined ? [] : [`# ${child.description}`];
  return [...comment, `${key}: "\${${variable}${isRequired ? '' : ':-'}}"`];
}

function isSecret(key: string, shape: Shape): boolean {
  const holdsText = alternatives(shape).some(({ type }) => type === 'string');
  return holdsText && shape.default === undefined && /(secret|token|key|password)s?$/.test(key);
}

function inline(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', defaultStringType: 'PLAIN', lineWidth: 0 }).trimEnd();
}

function indent(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`);
}
