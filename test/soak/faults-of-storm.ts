import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../support/eventually.ts';
import type { DeadlyPoint, GraphFault } from '../support/faults.ts';
import type { Program } from '../support/program.ts';

export type StormFault = readonly [
  name: string,
  inject: (program: Program, random: () => number) => Promise<void>,
];

const deadlyPoints: readonly DeadlyPoint[] = [
  ...(['inbox:durable', 'inbox:forwarding', 'inbox:forwarded'] as const),
  ...(['graph:midway', 'graph:committed'] as const),
];
const graphFaults: readonly GraphFault[] = ['refuses', 'fails-midway', 'loses-answers'];
const whileMs = 3000;
const diesMs = 20_000;

/** Everything that is done to the program under load; each leaves it running again. */
export const stormFaults: readonly StormFault[] = [
  [
    'kill -9 of the program',
    async (program) => {
      await program.kill();
      await program.start();
    },
  ],
  [
    'kill -9 of Temporal',
    async (program) => {
      const { pid } = await program.temporal();
      await program.signalTemporal('SIGKILL');
      await eventually(async () => {
        if ((await program.temporal()).pid === pid) throw new Error('Temporal does not come back');
      }, 60_000);
    },
  ],
  [
    'kill -9 of both',
    async (program) => {
      await Promise.all([program.kill(), program.signalTemporal('SIGKILL')]);
      await program.start();
    },
  ],
  [
    'SIGTERM',
    async (program) => {
      const status = await program.stop();
      if (status !== 0) throw new Error(`The program stopped with ${status}.`);
      await program.start();
    },
  ],
  [
    'Temporal hangs',
    async (program) => {
      await program.signalTemporal('SIGSTOP');
      await sleep(whileMs);
      await program.signalTemporal('SIGCONT');
    },
  ],
  ...deadlyPoints.map((point): StormFault => [
    `death at ${point}`,
    async (program, random) => {
      program.wish({ dieAt: point, time: 1 + Math.floor(random() * 10) });
      const died = program.ended();
      const late = AbortSignal.timeout(diesMs);
      await Promise.race([died, sleep(diesMs, undefined, { ref: false })]);
      if (late.aborted) await program.kill();
      await died;
      await program.start();
    },
  ]),
  ...graphFaults.map((fault): StormFault => [
    `the graph ${fault}`,
    async (program) => {
      program.wish({ graph: fault });
      await sleep(whileMs);
      program.wish({ graph: 'none' });
    },
  ]),
];
