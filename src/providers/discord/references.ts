import type { Reference } from '#provider-kit';
import { ref } from './graph.ts';

/** `https://discord.com/channels/<server or @me>/<channel>/<message>` */
const link = /\bdiscord(?:app)?\.com\/channels\/(?:\d{15,21}|@me)\/\d{15,21}\/(\d{15,21})\b/g;

/** Messages, by their links. */
export function referencesIn(text: string): Reference[] {
  return [...text.matchAll(link)].map(([, id = '']): Reference => {
    return { name: `message ${id}`, key: `discord:message:${id}`, target: ref.message(id) };
  });
}
