import type { Reference } from '#provider-kit';
import { ref } from './graph.ts';

/** `https://acme.slack.com/archives/C0123456789/p1699999999000200`: https://docs.slack.dev/reference/methods/chat.getPermalink */
const permalink = /\b[a-z0-9-]{1,60}\.slack\.com\/archives\/([A-Z][A-Z0-9]{1,29})\/p(\d{10})(\d{6})\b/g;

/** Messages, by their permalinks. */
export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(permalink)].map(([, channel = '', seconds, micros]): Reference => {
    const name = `${channel}/${seconds}.${micros}`;
    return { name, key: `slack:message:${name}`, target: ref.message(channel, `${seconds}.${micros}`) };
  });
}
