import type { Config } from '../config/schema.ts';
import { type Role, tasksOf } from './role.ts';
import type { RunningSystem } from './system.ts';

/** What a start says when it is through: where to post, or what it works on. */
export function greeting({ webhooks, file }: Config, role: Role, system: RunningSystem): string {
  const enabled = webhooks.providers.filter((entry) => entry.enabled).map(({ name }) => name);
  const name = role === 'start' ? 'Flow-State' : `Flow-State ${role}`;
  const lines = tasksOf(role).receives
    ? ['  Post to', ...listed(enabled.map((provider) => `${system.url}/webhooks/${provider}`))]
    : ['  Works for', ...listed(enabled), '  Health', `    ${system.url}/health`];
  return [
    '',
    `${name} is ready. Configuration: ${file}`,
    '',
    ...lines,
    ...(system.temporalUi === undefined ? [] : ['  Temporal UI', `    ${system.temporalUi}`]),
    ...(role === 'start' ? ['  Try, in another terminal', '    npx flowstate send github pull_request'] : []),
    '',
  ].join('\n');
}

function listed(items: readonly string[]): readonly string[] {
  return items.length === 0 ? ['    (no provider is enabled)'] : items.map((item) => `    ${item}`);
}
