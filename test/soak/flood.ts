import { setTimeout as sleep } from 'node:timers/promises';
import { Client, WorkflowNotFoundError } from '@temporalio/client';
import { connectTemporal } from '../../src/temporal/connect.ts';
import { settle } from '../support/exactly-once.ts';
import { Ledger, percentileOf } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { namespace, quietRuntime } from '../support/temporal.ts';
import { keyOf, slackDeliveries } from '../support/test-deliveries.ts';
import { type PartGiven, type Row, rowOf } from './row.ts';
import { UnderWay } from './under-way.ts';

const floodSize = 2000;
const senders = 64;
/** Deliveries of the other sender before a flood, and while it is worked off. */
const quiet = 60;
const lookMs = 5;

/** A flood of GitHub, again and again; alone, beside and after it Slack, a delivery at a time from its post to its effect. */
export async function flood({ deliveries, deadline, tell }: PartGiven): Promise<Row> {
  quietRuntime();
  const program = await Program.start();
  const { ports } = await program.temporal();
  const connection = await connectTemporal({ address: `127.0.0.1:${ports.frontend}` });
  const client = new Client({ connection, namespace });
  try {
    const ledger = new Ledger();
    const taken: Record<'alone' | 'beside' | 'after', number[]> = { alone: [], beside: [], after: [] };
    const floods = Math.ceil(deliveries / floodSize);
    // Beside a flood there is one at a time, so fewer than the flood has.
    const other = await slackDeliveries('other', quiet + floods * (2 * quiet + floodSize));
    /** Milliseconds of each. */
    const send = async (count: number): Promise<number[]> => {
      const times: number[] = [];
      for (const delivery of other.splice(0, count)) {
        const startedAt = performance.now();
        await ledger.send(delivery, program);
        await hasEnded(client, keyOf(delivery));
        times.push(performance.now() - startedAt);
      }
      return times;
    };
    await send(quiet); // the first ones meet a program that has just started
    for (let sent = 0; sent < deliveries && Date.now() < deadline; sent += floodSize) {
      taken.alone.push(...(await send(quiet)));
      const load = { name: `flood-${sent}`, count: floodSize };
      const sending = new UnderWay(ledger.sendFromElsewhere(load, program, { senders }));
      while (!sending.isOver && !(await hasBegun(program))) await sleep(lookMs);
      while (!sending.isOver && other.length > quiet) taken.beside.push(...(await send(1)));
      await sending.ended;
      taken.after.push(...(await send(quiet)));
      tell(`${noteOf(taken)}; waiting until the flood is worked off`);
      await settle(ledger, program);
    }
    return { ...(await rowOf({ part: 'flood', ledger, program, faults: 0 })), note: noteOf(taken) };
  } finally {
    await connection.close();
    await program.remove();
  }
}

/** The inbox answers before it starts: it is asked for again at once. */
async function hasEnded(client: Client, workflowId: string): Promise<void> {
  for (;;) {
    try {
      await client.workflow.getHandle(workflowId).result();
      return;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      await sleep(lookMs);
    }
  }
}

async function hasBegun(program: Program): Promise<boolean> {
  const { components } = await program.ask<{ components: { inbox: { depth: number } } }>('/health');
  return components.inbox.depth >= senders;
}

function noteOf(taken: Readonly<Record<string, readonly number[]>>): string {
  const texts = Object.entries(taken).map(([when, times]) => {
    return `${when} ${percentileOf(times, 0.5)}, p99 ${percentileOf(times, 0.99)} ms`;
  });
  return `another sender end to end: ${texts.join('; ')}`;
}
