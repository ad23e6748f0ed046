import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from '../support/ledger.ts';
import { Program } from '../support/program.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { issueTeller, shuffled } from '../support/test-deliveries.ts';
import { Backlog } from './backlog.ts';
import { type PartGiven, type Row, rowOf } from './row.ts';
import { UnderWay } from './under-way.ts';

const betweenMs = 3000;
const longestDelayMs = 300;

/** A Temporal elsewhere, over a network that is slow, breaks, and goes away. */
export async function brokenNetwork(given: PartGiven): Promise<Row> {
  const { deliveries, deadline, random, tell } = given;
  const temporal = await startTestTemporal();
  const proxy = await startTcpProxy(temporal.address);
  const settings = `temporal: { address: "${proxy.address}" }\ninbox: { mode: overflow }`;
  const program = await Program.start({ settings });
  const backlog = new Backlog(program);
  try {
    const ledger = new Ledger();
    const load = shuffled(await issueTeller('net'), (n) => n < deliveries && Date.now() < deadline);
    const sending = new UnderWay(
      ledger.sendAll(load, program, { senders: 20, isHeld: () => backlog.isDeep }),
    );
    let faults = 0;
    while (!sending.isOver) {
      tell(`${ledger.acknowledged.size} of ${deliveries} acknowledged; ${faults} faults`);
      await breakOnce(proxy, random);
      faults += 1;
      await sending.endsWithin(random() * betweenMs);
    }
    await sending.ended;
    Object.assign(proxy, { delayMs: 0, isRefusing: false });
    return await rowOf({ part: 'broken network', ledger, program, faults, address: temporal.address });
  } finally {
    backlog.stop();
    await program.remove();
    await proxy[Symbol.asyncDispose]();
    await temporal.stop();
  }
}

async function breakOnce(proxy: TcpProxy, random: () => number): Promise<void> {
  proxy.delayMs = Math.floor(random() * longestDelayMs);
  proxy.isRefusing = random() < 0.3;
  proxy.cut();
  if (proxy.isRefusing) await sleep(1000);
  proxy.isRefusing = false;
}
