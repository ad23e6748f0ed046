/** The one candidate that a typing mistake may have meant: at most two edits, or a third of a long name, away. */
export function nearest(given: string, candidates: readonly string[]): string | undefined {
  const tolerance = Math.max(2, Math.floor(given.length / 3));
  const [best] = candidates
    .map((candidate) => ({ candidate, distance: editDistance(given.toLowerCase(), candidate) }))
    .filter(({ candidate, distance }) => distance <= tolerance && distance < candidate.length)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replace = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replace, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
