/** The engine names a column after its expression, spelled out. */
const maxHeading = 30;

/** Rows under their headings, in columns as wide as what is in them; a number stands to the right. */
export function table(headings: readonly string[], rows: readonly (readonly unknown[])[]): string {
  const titles = headings.map((heading) =>
    heading.length > maxHeading ? `${heading.slice(0, maxHeading - 1)}…` : heading,
  );
  const cells = rows.map((row) => row.map(cellText));
  const widths = titles.map((heading, column) =>
    Math.max(heading.length, ...cells.map((row) => (row[column] ?? '').length)),
  );
  const isNumeric = headings.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((text, column) =>
        isNumeric[column] === true ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${[titles, ...cells].map(line).join('\n')}\n`;
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return shown(value);
  if (isNode(value)) return nodeText(value);
  if (Array.isArray(value) && value.every(isNode)) return value.map(nodeText).join(', ') || '–';
  return typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : shown(JSON.stringify(value));
}

/** On one line, and without what a terminal would obey: senders write these texts. */
function shown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{Cc}/gu, '�');
}

interface Node {
  readonly label: string;
  readonly key: string;
  readonly name: string | null;
}

/** As saved queries give one: a label, a key and a name. */
function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && Object.keys(value).sort().join() === 'key,label,name';
}

function nodeText({ label, key, name }: Node): string {
  return shown(name === null ? key : `${label} ${name}`);
}
