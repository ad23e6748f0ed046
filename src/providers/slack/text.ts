import type { NodeRef } from '#provider-kit';
import { ref } from './graph.ts';

/** `<@U1|ann>`, `<#C1|general>`, `<!subteam^S1|@devs>`: https://docs.slack.dev/messaging/formatting-message-text */
const mention = /<(@|#|!subteam\^)([A-Z][A-Z0-9]{1,29})(?:\|[^<>]*)?>/g;
const markup = /<([^<>|]+)(?:\|([^<>]*))?>/g;

/** Whom and what a text in Slack's markup names, each once. */
export function mentionsOf(markedUp: string): NodeRef<'User' | 'Channel' | 'Usergroup'>[] {
  const found = [...markedUp.matchAll(mention)].map(([, sign, id = '']) => {
    if (sign === '@') return ref.user(id);
    return sign === '#' ? ref.channel(id) : ref.usergroup(id);
  });
  return [...new Map(found.map((one) => [one.key, one])).values()];
}

/**
 * The text as a person reads it, with the addresses of its links: what is searched for references to other things.
 * A `<` that somebody typed comes as `&lt;`, so every real one is Slack's.
 */
export function plainTextOf(markedUp: string): string {
  return markedUp
    .replace(markup, (_, target: string, label: string | undefined) => readable(target, label))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function readable(target: string, label: string | undefined): string {
  if (/^[@#]/.test(target)) return `${target.slice(0, 1)}${label || target.slice(1)}`;
  if (target.startsWith('!')) return label || `@${target.slice(1)}`;
  return label && !target.endsWith(label) ? `${label} (${target})` : target;
}
