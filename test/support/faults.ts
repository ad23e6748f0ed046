import type { FaultPoint } from '../../src/ingress/fault-points.ts';

/** Beside those of the inbox: in the middle of a transaction of the graph, and right after its commit. */
export type DeadlyPoint = FaultPoint | 'graph:midway' | 'graph:committed';

/**
 * - `refuses`: no transaction begins.
 * - `fails-midway`: statements of a transaction fail after others of it have run.
 * - `loses-answers`: a transaction is committed, and the caller is told that it failed.
 */
export type GraphFault = 'none' | 'refuses' | 'fails-midway' | 'loses-answers';

/** What a test asks of the program with faults. */
export type Wish =
  | { readonly dieAt: DeadlyPoint; /** The how many-th time. */ readonly time: number }
  | { readonly graph: GraphFault }
  /** Answered with the memory in use, after a collection. */
  | { readonly measure: true }
  /** Answered with the number of transactions that have failed as they were told to. */
  | { readonly count: true };

/** What it is to do, as it stands. */
export class Faults {
  graph: GraphFault = 'none';
  failed = 0;
  #deadly: DeadlyPoint | undefined;
  #time = 0;

  dieAt(point: DeadlyPoint, time: number): void {
    this.#deadly = point;
    this.#time = time;
  }

  /** For the engine's connection to throw: what the store takes for a fault of the disk. */
  fail(): Error {
    this.failed += 1;
    return new Error(`IO exception: the test says ${this.graph}`);
  }

  /** Ends this process as a power switch would, where that was wished. */
  reach(point: DeadlyPoint): void {
    if (point !== this.#deadly) return;
    this.#time -= 1;
    if (this.#time <= 0) process.kill(process.pid, 'SIGKILL');
  }
}
