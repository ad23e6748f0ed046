/** What a process of the program does of the whole: `start` is everything, the others are its parts. */
export type Role = 'start' | 'ingress' | 'worker';

interface Tasks {
  /** Whether it takes deliveries, and answers what people ask. */
  readonly receives: boolean;
  /** Whether it runs workflows and writes the graph. */
  readonly processes: boolean;
}

const tasks: Readonly<Record<Role, Tasks>> = {
  start: { receives: true, processes: true },
  ingress: { receives: true, processes: false },
  worker: { receives: false, processes: true },
};

export function tasksOf(role: Role): Tasks {
  return tasks[role];
}
