import { type Verdict, judge } from '../support/exactly-once.ts';
import type { Ledger } from '../support/ledger.ts';
import type { Program } from '../support/program.ts';

/** How one part of the soak went. */
export interface Row extends Verdict {
  readonly part: string;
  readonly deliveries: number;
  readonly faults: number;
  readonly p50: number;
  readonly p99: number;
  /** What else there is to say, and whether that is as it must be. */
  readonly note?: string;
  readonly isBad?: boolean;
}

export interface PartGiven {
  readonly deliveries: number;
  /** When it stops sending, however many are left; as `Date.now()` counts. */
  readonly deadline: number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly tell: (line: string) => void;
}

export interface Ended {
  readonly part: string;
  readonly ledger: Ledger;
  readonly program: Program;
  readonly faults: number;
  /** Of a Temporal that is not the program's own. */
  readonly address?: string;
}

/** Waits until everything is processed, and compares. */
export async function rowOf({ part, ledger, program, faults, address }: Ended): Promise<Row> {
  const [p50, p99] = [ledger.percentile(0.5), ledger.percentile(0.99)];
  const verdict = await judge(ledger, program, address);
  return { part, deliveries: ledger.acknowledged.size, faults, p50, p99, ...verdict };
}

export function isBad({ lost, doubled, wrong, isBad: otherwise }: Row): boolean {
  return lost.length > 0 || doubled.length > 0 || wrong.length > 0 || otherwise === true;
}

const head = [
  'part',
  'deliveries',
  'faults injected',
  'lost',
  'doubled',
  'wrong',
  'answer p50',
  'answer p99',
  '',
];

export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ part, deliveries, faults, lost, doubled, wrong, p50, p99, note = '' }) => [
    ...[part, `${deliveries}`, `${faults}`, `${lost.length}`, `${doubled.length}`, `${wrong.length}`],
    ...[`${p50} ms`, `${p99} ms`, note],
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const shown = (line: readonly string[]): string =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return [shown(head), ...lines.map(shown)].join('\n');
}
