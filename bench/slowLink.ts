import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface SlowLink extends AsyncDisposable {
  readonly host: string;
  /** Bytes that were sent to the server. */
  readonly sent: () => number;
}

export interface LinkOptions {
  /** Delay in each direction, in ms. */
  readonly delay?: number;
  /** Bytes per second that one connection delivers to the client; no limit by default. */
  readonly rate?: number;
  /** The first connection is cut after this many bytes to the server. */
  readonly cutAfter?: number;
}

/** A proxy on loopback that simulates a slow or unreliable link to `port`. */
export async function slowLink(port: number, options: LinkOptions): Promise<SlowLink> {
  const sockets = new Set<Socket>();
  let sent = 0;
  let cut = options.cutAfter;
  const server = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    void pump(client, upstream, { delay: options.delay ?? 0 }, (bytes) => {
      sent += bytes;
      if (cut === undefined || sent < cut) return;
      cut = undefined;
      client.destroy();
      upstream.destroy();
    });
    void pump(upstream, client, options, () => undefined);
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port: own } = server.address() as { readonly port: number };
  return {
    host: `127.0.0.1:${own}`,
    sent: () => sent,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

/** Forwards bytes, delayed and not faster than the rate. */
async function pump(from: Socket, to: Socket, { delay: late = 0, rate }: LinkOptions, count: (bytes: number) => void) {
  let [first, due] = [true, performance.now()];
  try {
    for await (const bytes of from as AsyncIterable<Buffer>) {
      count(bytes.byteLength);
      if (first && late) await delay(late);
      first = false;
      if (rate) {
        due = Math.max(due, performance.now()) + (bytes.byteLength / rate) * 1000;
        const ahead = due - performance.now();
        if (ahead > 5) await delay(ahead);
      }
      if (!to.write(bytes)) await drained(to);
    }
    to.end();
  } catch {
    to.destroy();
  }
}

function drained(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = () => {
    socket.off('drain', done).off('close', done);
    resolve();
  };
  socket.on('drain', done).on('close', done);
  return promise;
}
