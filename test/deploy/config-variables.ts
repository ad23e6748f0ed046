/** The variables of a configuration: all of them, and those that it has no value of its own for. */
export function variablesOfConfig(text: string): { all: readonly string[]; needed: readonly string[] } {
  const lines = text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
  const found = [...lines.join('\n').matchAll(/\$\{(\w+)(:-)?/g)];
  return {
    all: [...new Set(found.map(([, name = '']) => name))],
    needed: [
      ...new Set(found.flatMap(([, name = '', hasDefault]) => (hasDefault === undefined ? [name] : []))),
    ],
  };
}
