import type { Finding } from './path.ts';
import type { Settings } from './schema.ts';

/** What is sound by itself and does not go together. */
export function contradictions({ temporal, inbox }: Settings): readonly Finding[] {
  if (temporal.address !== 'embedded' || inbox.mode === 'always') return [];
  const message =
    'must be always with the embedded Temporal: its fast database may lose the last seconds in a power cut';
  return [{ path: ['inbox', 'mode'], message }];
}
