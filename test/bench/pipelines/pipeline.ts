import process from 'node:process';

/** What a contestant's process is told at its start. */
export interface PipelineOrder {
  /** For its files. */
  readonly folder: string;
  /** Of its Temporal server, or of Redis. */
  readonly address: string;
  readonly secret: string;
  /** Of the ceiling's worker; the SDK's default where missing. */
  readonly slots?: number;
  /** Whether the ceiling's messages are compressed. */
  readonly gzip?: boolean;
}

export interface Progress {
  readonly processed: number;
  /** When the last of them was done, milliseconds since 1970. */
  readonly lastAt: number;
}

/** What a pipeline can be asked; what it cannot tell is missing. */
export interface Answers {
  readonly progress?: () => Promise<Progress>;
  /** How many deliveries its graph has. */
  readonly graph?: () => Promise<number>;
}

export const order = JSON.parse(process.argv[2] ?? '{}') as PipelineOrder;

/** Tells the benchmark that it is ready, answers its questions, and ends with it. */
export function serve(url: string, answers: Answers): void {
  process.on('message', ({ kind }: { kind?: string }) => {
    if (kind !== 'progress' && kind !== 'graph') return;
    void answers[kind]?.().then((answer) => process.send?.({ kind, answer }));
  });
  process.once('disconnect', () => process.exit(1));
  process.send?.({ kind: 'ready', url });
}
