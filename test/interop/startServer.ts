import { spawn } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Starts a real server and waits until it listens on the port; it ends with the scope. */
export async function startServer(
  binary: string,
  args: readonly string[],
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable> {
  const child = spawn(binary, args, { stdio: 'ignore', detached: true, env: { ...process.env, ...env } });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  while (!(await isUp(port))) {
    if (child.exitCode !== null) throw new Error(`${binary} ended with status ${child.exitCode}`);
    await delay(20);
  }
  return {
    [Symbol.asyncDispose]: async () => {
      // Apache misses a SIGTERM while it starts its threads. MLflow starts others, so all of its group end.
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

async function isUp(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
  const up = await promise;
  socket.destroy();
  return up;
}

/** A free port of loopback. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  const { port } = server.address() as { readonly port: number };
  server.close();
  return port;
}
