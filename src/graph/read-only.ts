import { QueryRefusedError } from '../errors.ts';

/**
 * Lets through queries that only read, by their words: the engine's own test says that COPY … TO and LOAD FROM are
 * read-only, and both reach files. What is refused here never gets to a parser.
 */
const firstWords = new Set(['MATCH', 'OPTIONAL', 'WITH', 'UNWIND', 'RETURN']);

const refusedWords = new Set(
  (
    'ALTER ANALYZE ATTACH BEGIN CALL CHECKPOINT COMMENT COMMIT COPY CREATE DELETE DETACH DROP EXPLAIN EXPORT FOREACH ' +
    'IMPORT INSERT INSTALL LOAD MACRO MERGE PROFILE REMOVE ROLLBACK SET START TERMINATE TRANSACTION UNINSTALL UPDATE USE'
  ).split(' '),
);

/** They change a sequence, or make values as large as one asks for in a single step that no time limit interrupts. */
const refusedFunctions = new Set(['NEXTVAL', 'RANGE', 'REPEAT', 'LPAD', 'RPAD']);

/** Functions with a namespace are refused (`apoc.…`, `db.…`), but for those of values. */
const valueNamespaces = new Set([
  'POINT',
  'DATE',
  'DATETIME',
  'LOCALDATETIME',
  'TIME',
  'LOCALTIME',
  'DURATION',
]);

const maxLength = 20_000;

type Token = { readonly kind: 'word' | 'quoted' | 'number' | 'mark'; readonly text: string };

/** @throws QueryRefusedError which names the word and what may be used */
export function requireReadOnly(query: string): void {
  const tokens = tokenize(query);
  if (tokens.at(-1)?.text === ';') tokens.pop();
  const first = tokens[0];
  if (first?.kind !== 'word' || !firstWords.has(first.text.toUpperCase())) {
    throw refused(`it begins with ${first?.text ?? 'nothing'}`);
  }
  tokens.forEach((token, index) => {
    if (token.text === ';' && token.kind === 'mark') throw refused('it has more than one statement');
    if (token.kind === 'word') checkWord(tokens, index);
  });
}

function checkWord(tokens: readonly Token[], index: number): void {
  const word = tokens[index]?.text.toUpperCase() ?? '';
  const before = tokens[index - 1]?.text ?? '';
  const after = tokens[index + 1]?.text ?? '';
  if (after === '(') checkFunction(tokens, index);
  const isName = before === '.' || before === ':' || before === '|' || before === '$';
  if (!isName && refusedWords.has(word)) throw refused(`it has the word ${word}`);
}

function checkFunction(tokens: readonly Token[], index: number): void {
  const name = tokens[index]?.text.toUpperCase() ?? '';
  if (refusedFunctions.has(name)) throw refused(`it calls ${name.toLowerCase()}()`);
  let start = index;
  while (tokens[start - 1]?.text === '.' && start >= 2) start -= 2;
  if (start === index) return;
  const namespace = tokens[start]?.text.toUpperCase() ?? '';
  if (!valueNamespaces.has(namespace)) throw refused(`it calls a function of ${namespace.toLowerCase()}`);
}

const tokenPattern = new RegExp(
  [
    String.raw`(?<space>[ \t\r\n]+|//[^\n]*(?:\n|$)|/\*[\s\S]*?\*/)`,
    String.raw`(?<quoted>'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"|` + '`[^`]*`)',
    String.raw`(?<number>\d+(?:\.(?!\.)\d*)?(?:[eE][+-]?\d+)?)`,
    String.raw`(?<word>[A-Za-z_][A-Za-z0-9_]*)`,
    String.raw`(?<mark>[-+*%^=<>!.,:;|(){}\[\]$&?]|/(?![*/]))`,
  ].join('|'),
  'y',
);

function tokenize(query: string): Token[] {
  if (query.length > maxLength) throw refused(`it has more than ${maxLength} characters`);
  // Neo4j reads \u0027 as the quote that it stands for, before anything else: inside of a text it would end it.
  if (/\\u/i.test(query))
    throw refused('it has a \\u escape; write the character, or give the text as a parameter');
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < query.length) {
    const at = tokenPattern.lastIndex;
    const groups = tokenPattern.exec(query)?.groups;
    if (groups === undefined)
      throw refused(`the character at position ${at + 1} belongs to nothing that is known`);
    for (const kind of ['quoted', 'number', 'word', 'mark'] as const) {
      const text = groups[kind];
      if (text !== undefined) tokens.push({ kind, text });
    }
  }
  return tokens;
}

function refused(why: string): QueryRefusedError {
  return new QueryRefusedError(
    `The query was refused: ${why}. One statement of MATCH, OPTIONAL MATCH, WITH, UNWIND, RETURN, UNION, ORDER BY, SKIP ` +
      'and LIMIT is allowed.',
  );
}
