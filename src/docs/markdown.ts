/** A table of Markdown; bars in cells are escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map(() => '---').join('|')}|`, ...rows.map(line)].join('\n');
}

const section = /(<!-- generated:([a-z-]+) -->\n)[\s\S]*?(<!-- \/generated -->)/g;

/**
 * Puts generated sections between their markers, `<!-- generated:NAME -->` and `<!-- /generated -->`.
 *
 * @throws Error where a marker asks for a section that nobody generates
 */
export function fillSections(text: string, sections: Readonly<Record<string, string>>): string {
  return text.replace(section, (_, begin: string, name: string, end: string) => {
    const content = sections[name];
    if (content === undefined) {
      throw new Error(`Nothing generates ${name}; known: ${Object.keys(sections).join(', ')}`);
    }
    return `${begin}${content}\n${end}`;
  });
}
