import type { Children } from '../children.ts';
import type { LoadResult } from '../load/result.ts';
import type { Progress } from '../pipelines/pipeline.ts';

export interface Contestant {
  readonly name: string;
  start(place: Place): Promise<Started>;
}

export interface Place {
  readonly folder: string;
  readonly children: Children;
  /** The `temporal` program. */
  readonly binary: string;
  /** For the contestant's own process, such as `--cpu-prof`. */
  readonly nodeArgs: readonly string[];
}

export interface Load {
  readonly connections: number;
  readonly count: number;
  readonly offset: number;
}

/** A contestant that takes events. */
export interface Started {
  /** The ids of its processes by what they are. */
  readonly processes: Readonly<Record<string, number>>;
  /** The same of those that count with their children. */
  readonly families?: Readonly<Record<string, number>>;
  /** Sends the load as its own clients would; resolves when the last is answered. */
  load(load: Load): Promise<LoadResult>;
  progress(): Promise<Progress>;
  /** How many deliveries its graph has; undefined where it has none. */
  deliveries(): Promise<number | undefined>;
  stop(): Promise<void>;
}
