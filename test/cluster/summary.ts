import type { Summary } from './scenario.ts';

/** What a run came to, for a person. */
export function describeSummary({
  posted,
  deliveries,
  endToEndSeconds,
  visibility,
  faults,
}: Summary): string {
  const { acknowledged, failedAttempts, seconds } = posted;
  const bySender = new Map<string, number>();
  for (const { sender } of acknowledged) bySender.set(sender, (bySender.get(sender) ?? 0) + 1);
  const perSecond = (of: number): string => (acknowledged.size / of).toFixed(0);
  return [
    '',
    `Cluster: 2 ingresses, 2 workers, Temporal on PostgreSQL, Neo4j; one ingress and one worker killed -9.`,
    `  deliveries      ${deliveries.length} (${[...bySender].map(([name, count]) => `${name} ${count}`).join(', ')})`,
    `  acknowledged    ${acknowledged.size} in ${seconds.toFixed(1)} s (${perSecond(seconds)}/s), ${failedAttempts} attempts failed and were sent again`,
    `  in the graph    after ${endToEndSeconds.toFixed(1)} s (${perSecond(endToEndSeconds)}/s)`,
    `  visibility      ${visibility.requests} requests, at most ${visibility.mostInOneSecond}/s, ${visibility.refused} refused`,
    ...(faults.length === 0
      ? ['  every acknowledged delivery is exactly once in the graph, with one workflow: PASSED']
      : [...faults.map((fault) => `  ${fault}`), '  FAILED']),
  ].join('\n');
}
