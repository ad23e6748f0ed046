import { PayloadInvalidError } from './errors.ts';

/** Deeper than any sender nests, far below what overflows a stack (JSON.stringify on Node 20 fails at some thousands). */
const maxDepth = 100;
const decoder = new TextDecoder('utf-8', { fatal: true });

const quote = 0x22;
const backslash = 0x5c;
const minus = 0x2d;

/**
 * Parses JSON from untrusted bytes: UTF-8 only, bounded in depth, and without losing digits: an integer that a
 * JavaScript number cannot hold becomes a string of its digits. Read ids with the kit's `id` schema, which takes both.
 *
 * @throws PayloadInvalidError where the bytes are not UTF-8, not JSON, or nested deeper than 100 levels
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = decodeUtf8(bytes);
  try {
    return JSON.parse(quoteLargeIntegers(text)) as unknown;
  } catch (error) {
    if (error instanceof PayloadInvalidError) throw error;
    throw new PayloadInvalidError('The body is not valid JSON.');
  }
}

/** @throws PayloadInvalidError where the bytes are not valid UTF-8. A byte order mark is dropped. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new PayloadInvalidError('The body is not valid UTF-8.');
  }
}

/** One pass over the text: refuses what is too deep, and quotes the integers beyond 2^53 that stand outside strings. */
function quoteLargeIntegers(text: string): string {
  let depth = 0;
  let copied = 0;
  let result = '';
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === quote) {
      i = endOfString(text, i);
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > maxDepth) throw new PayloadInvalidError(`The body nests deeper than ${maxDepth} levels.`);
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    } else if (code === minus || isDigit(code)) {
      const end = endOfNumber(text, i);
      if (isLargeInteger(text, i, end)) {
        result += `${text.slice(copied, i)}"${text.slice(i, end)}"`;
        copied = end;
      }
      i = end - 1;
    }
  }
  return copied === 0 ? text : result + text.slice(copied);
}

function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

function isEscaped(text: string, index: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(index - 1 - backslashes) === backslash) backslashes += 1;
  return backslashes % 2 === 1;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && isNumberPart(text.charCodeAt(end))) end += 1;
  return end;
}

function isNumberPart(code: number): boolean {
  return isDigit(code) || code === minus || code === 0x2b || code === 0x2e || code === 0x65 || code === 0x45;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function isLargeInteger(text: string, start: number, end: number): boolean {
  if (end - start < 16) return false; // 2^53 has sixteen digits
  const token = text.slice(start, end);
  return /^-?[1-9]\d*$/.test(token) && !Number.isSafeInteger(Number(token));
}
