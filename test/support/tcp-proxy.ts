import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy extends AsyncDisposable {
  readonly address: string;
  /** How long each piece is held back, both ways. */
  delayMs: number;
  /** Whether connections are refused. */
  isRefusing: boolean;
  /** Ends every connection where it stands. @returns how many there were */
  cut(): number;
}

/** Stands between the program and its Temporal, and is as slow and as unreliable as a network. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const [host = '', port] = target.split(':');
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
  };
  const server = createServer((near) => {
    if (proxy.isRefusing) {
      near.destroy();
      return;
    }
    const far = keep(connect({ host, port: Number(port) }));
    keep(near);
    carry(near, far);
    carry(far, near);
  });
  const carry = (from: Socket, to: Socket): void => {
    // Timers of one length fire in the order of their making; where it changes, a piece waits for those before it.
    let before = Promise.resolve();
    from.on('data', (piece) => {
      const due = new Promise<void>((resolve) => setTimeout(resolve, proxy.delayMs));
      before = before.then(async () => await due).then(() => void to.write(piece));
    });
    from.on('close', () => to.destroy());
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: TcpProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    delayMs: 0,
    isRefusing: false,
    cut: () => {
      const count = sockets.size;
      for (const socket of sockets) socket.destroy();
      return count;
    },
    [Symbol.asyncDispose]: async () => {
      proxy.cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
