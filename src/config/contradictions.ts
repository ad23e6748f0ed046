import type { Finding } from './path.ts';
import type { Settings } from './schema.ts';

/** What is sound by itself and does not go together. */
export function contradictions(settings: Settings): readonly Finding[] {
  return [...ofInbox(settings), ...ofTemporal(settings), ...ofGraph(settings)];
}

function ofInbox({ temporal, inbox }: Settings): readonly Finding[] {
  if (temporal.address !== 'embedded' || inbox.mode === 'always') return [];
  const message =
    'must be always with the embedded Temporal: its fast database may lose the last seconds in a power cut';
  return [{ path: ['inbox', 'mode'], message }];
}

function ofTemporal({ temporal: { tls } }: Settings): readonly Finding[] {
  if (typeof tls === 'boolean' || (tls.cert_file === undefined) === (tls.key_file === undefined)) return [];
  const [given, missing] =
    tls.cert_file === undefined ? ['key_file', 'cert_file'] : ['cert_file', 'key_file'];
  return [
    { path: ['temporal', 'tls', given], message: `needs ${missing} beside it: a client shows both or none` },
  ];
}

function ofGraph({ graph }: Settings): readonly Finding[] {
  if (graph.driver !== 'neo4j' || graph.ca_file === undefined || graph.uri.includes('+s:')) return [];
  const message = 'is for an encrypted connection: let the uri begin with bolt+s:// or neo4j+s://';
  return [{ path: ['graph', 'ca_file'], message }];
}
