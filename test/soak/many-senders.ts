import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { startThrottledTemporal } from '../support/throttled-temporal.ts';
import { type PartGiven, type Row, rowOf } from './row.ts';

const startsPerSecond = 50;
const senders = 500;
const promisedMs = 500;
/** The requests of so many are made beforehand, and are in memory together. */
const atOnce = 5000;

/** 500 senders at once, and a Temporal that manages 50 starts a second. */
export async function manySenders({ deliveries, deadline, tell }: PartGiven): Promise<Row> {
  const temporal = await startTestTemporal();
  const throttled = await startThrottledTemporal(temporal.address, startsPerSecond);
  const settings = `temporal: { address: "${throttled.address}" }`;
  const program = await Program.start({ settings });
  try {
    const ledger = new Ledger();
    // The first ones meet a program that has just started: they are not what is measured.
    await ledger.sendFromElsewhere({ name: 'warm', count: 500 }, program, { senders: 50 });
    ledger.latencies.length = 0;
    for (let sent = 0; sent < deliveries && Date.now() < deadline; sent += atOnce) {
      const load = { name: `many-${sent}`, count: Math.min(atOnce, deliveries - sent) };
      await ledger.sendFromElsewhere(load, program, { senders });
    }
    const p99 = ledger.percentile(0.99);
    const note = `${throttled.starts} of ${ledger.acknowledged.size} were started when the last was answered`;
    tell(`${note}; waiting until all are processed`);
    throttled.startsPerSecond = 1000;
    const row = await rowOf({ part: '500 senders', ledger, program, faults: 0, address: temporal.address });
    const refused = [...ledger.answers.keys()].filter((answer) => answer !== 200 && answer !== 202);
    return { ...row, note, isBad: refused.length > 0 || p99 > promisedMs };
  } finally {
    await program.remove();
    await throttled[Symbol.asyncDispose]();
    await temporal.stop();
  }
}
