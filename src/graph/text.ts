import type { PropertyValue } from './mutation.ts';

/**
 * Texts as every store can hold them: no NUL (the embedded engine's texts end there), no unit separator (it separates
 * the items of lists on their way in), no half of a surrogate pair.
 */
export function storable(value: PropertyValue): PropertyValue {
  if (typeof value === 'string') return clean(value);
  return Array.isArray(value) ? (value as readonly string[]).map(clean).filter((item) => item !== '') : value;
}

function clean(text: string): string {
  return text.replaceAll('\0', '').replaceAll('\u001f', '').toWellFormed();
}
