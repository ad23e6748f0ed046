import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  constants,
  createServer,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo } from 'node:net';

export interface ThrottledTemporal extends AsyncDisposable {
  readonly address: string;
  /** Starts that have been let through. */
  readonly starts: number;
  /** None are, where it is 0. */
  startsPerSecond: number;
}

const throttled = '/temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution';
const lookMs = 5;

/** A real Temporal behind a proxy that speaks gRPC and lets only so many workflows start in a second. */
export async function startThrottledTemporal(
  target: string,
  startsPerSecond: number,
): Promise<ThrottledTemporal> {
  const sessions = new Set<ServerHttp2Session | ClientHttp2Session>();
  const keep = <T extends ServerHttp2Session | ClientHttp2Session>(session: T): T => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session)).on('error', () => session.destroy());
    return session;
  };
  const state = { starts: 0, startsPerSecond };
  const waiting: [ServerHttp2Stream, IncomingHttpHeaders][] = [];
  const far = keep(connect(`http://${target}`));
  far.setMaxListeners(0);
  const server = createServer();
  server.on('session', keep);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => stream.destroy());
    if (headers[':path'] === throttled) waiting.push([stream, headers]);
    else forward(far, stream, headers);
  });
  let due = performance.now();
  const timer = setInterval(() => {
    if (waiting.length === 0 || state.startsPerSecond === 0) due = performance.now();
    while (state.startsPerSecond > 0 && due <= performance.now()) {
      const next = waiting.shift();
      if (next === undefined) return;
      if (next[0].destroyed) continue; // the caller has given it up
      due += 1000 / state.startsPerSecond;
      state.starts += 1;
      forward(far, ...next);
    }
  }, lookMs);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(state, {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      for (const session of sessions) session.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** One call, with the trailers in which gRPC has its status. */
function forward(far: ClientHttp2Session, near: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  if (far.destroyed) return;
  const call = far.request(headers);
  let trailers: IncomingHttpHeaders = {};
  call.on('error', () => near.destroy());
  near.on('close', () => {
    if (near.rstCode !== constants.NGHTTP2_NO_ERROR) call.close(near.rstCode);
  });
  call.on('trailers', (received: IncomingHttpHeaders) => (trailers = received));
  call.on('response', (answer, flags) => {
    if (near.destroyed) return;
    const isWhole = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    near.respond(answer, { waitForTrailers: !isWhole, endStream: isWhole });
    if (isWhole) return;
    near.on('wantTrailers', () => near.sendTrailers(trailers));
    call.pipe(near);
  });
  near.pipe(call);
}
