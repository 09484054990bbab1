import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { freePort } from './ports.ts';

/** A TCP relay in front of a port of this machine, which can be made to fail as networks do. */
export type TcpGate = {
  readonly port: number;
  /** Closes the door: connections are refused and the open ones cut. */
  refuse(): Promise<void>;
  /** Opens it again, at the same port. */
  accept(): Promise<void>;
  /** Half-open: connections stay, new ones are taken, and no byte goes either way. */
  silence(): void;
  /** Lets bytes flow again, those that waited included. */
  resume(): void;
  /** Ends all connections abruptly. */
  cut(): void;
  connections(): number;
  close(): Promise<void>;
};

type Pair = readonly [Socket, Socket];

export async function openTcpGate(targetPort: number): Promise<TcpGate> {
  const pairs = new Set<Pair>();
  let silent = false;
  let server = createGate();
  const port = await freePort();
  await listen(server, port);

  function end(pair: Pair): void {
    pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }

  function createGate(): Server {
    return createServer({ pauseOnConnect: true, allowHalfOpen: false }, (near) => {
      const far = dial(targetPort, '127.0.0.1');
      const pair: Pair = [near, far];
      pairs.add(pair);
      relay(near, far);
      relay(far, near);
      for (const socket of pair) {
        socket.setNoDelay(true);
        socket.on('error', () => {});
        socket.once('close', () => {
          if (!silent) end(pair);
        });
      }
      if (silent) far.pause();
      else near.resume();
    });
  }

  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.resetAndDestroy();
    pairs.clear();
  };
  const refuse = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    cut();
    await closed;
  };
  return {
    port,
    refuse,
    accept: async () => {
      if (server.listening) return;
      server = createGate();
      await listen(server, port);
    },
    silence: () => {
      silent = true;
      for (const pair of pairs) for (const socket of pair) socket.pause();
    },
    resume: () => {
      silent = false;
      for (const pair of pairs) {
        if (pair.some((socket) => socket.destroyed)) end(pair);
        else for (const socket of pair) socket.resume();
      }
    },
    cut,
    connections: () => pairs.size,
    close: async () => {
      if (server.listening) await refuse();
    },
  };
}

/** Unlike `pipe`, this never resumes a socket by itself while the gate is silent. */
function relay(from: Socket, to: Socket): void {
  from.on('data', (chunk) => to.write(chunk));
  from.on('end', () => to.end());
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
}
