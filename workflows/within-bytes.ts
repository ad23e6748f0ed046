/** The first texts that fit together: in UTF-8, as a list in JSON has them. */
export function withinBytes(texts: readonly string[], maxBytes: number): string[] {
  let bytes = 0;
  return texts.filter((text) => (bytes += bytesInJson(text)) <= maxBytes);
}

/** With its quotes and the comma after it. A workflow has no TextEncoder. */
function bytesInJson(text: string): number {
  let bytes = 1;
  for (const character of JSON.stringify(text)) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
