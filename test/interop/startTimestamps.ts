import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tryLock } from '../../core/engine/store/withLock.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { freePort, startServer } from './startServer.ts';

/** A timestamp authority (RFC 3161) of Sigstore on loopback. */
export interface Timestamps extends AsyncDisposable {
  /** `http://127.0.0.1:port`. */
  readonly origin: string;
}

/** Starts one, also with further flags; a second one waits until it has ended. */
export async function startTimestamps(binary: string, ...more: readonly string[]): Promise<Timestamps> {
  await using started = new AsyncDisposableStack();
  started.use(await ownMetricsPort());
  const port = await freePort();
  const flags = [
    '--host',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--timestamp-signer',
    'memory',
    '--disable-ntp-monitoring',
  ];
  started.use(await startServer(binary, ['serve', ...flags, ...more], port));
  const stack = started.move();
  return { origin: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** The port of its metrics cannot be chosen. */
async function ownMetricsPort(): Promise<Disposable> {
  const folder = join(projectRoot, '.cache');
  for (;;) {
    const lock = tryLock(join(folder, 'metrics-port.lock'), folder);
    if (lock) return lock;
    await delay(100);
  }
}
