import { resolve } from 'node:path';
import { isLocalFileSystem } from '../files/fileSystem.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import { parseReference, withDefaultTag } from '../oci/reference.ts';
import { fileHints, type Hints, noHints } from '../watch/hints.ts';
import { createTreeScan } from '../watch/treeScan.ts';
import { finish, systemClock, type WatchedKit } from '../watch/WatchOptions.ts';
import { watchKit } from '../watch/watchKit.ts';
import { type PackOptions, packDefaults } from './pack.ts';

/** What is packed for each change, and under which name. */
export interface WatchOptions extends Omit<PackOptions, 'signal'> {
  /** How long a file must be unchanged before it is packed, in ms; 300 by default. */
  readonly quiet?: number;
  /** Ends the watch after a last scan and a last kit. */
  readonly signal?: AbortSignal;
}

const defaultQuiet = 300;

/**
 * Packs a directory now, and again whenever something in it is complete; yields each kit once it is stored. Leave the
 * loop, or abort `signal`, to end the watch. A build that fails for a temporary reason (for example an invalid Kitfile)
 * gives a diagnostic. Throws what `pack` throws for the first kit, `kit-not-made` if the watch ends without a kit, and
 * `watch-failed` if nothing can be watched.
 */
export async function* watch(kitwright: Kitwright, options: WatchOptions): AsyncGenerator<WatchedKit, void, undefined> {
  const kits = createQueue<WatchedKit>();
  const [stop, cancel] = [new AbortController(), new AbortController()];
  const end = () => stop.abort(finish);
  if (options.signal?.aborted) end();
  options.signal?.addEventListener('abort', end);
  const running = run(kitwright, options, { stop: stop.signal, cancel: cancel.signal }, kits.add).finally(kits.close);
  running.catch(() => undefined);
  try {
    yield* kits.items();
    await running;
  } finally {
    options.signal?.removeEventListener('abort', end);
    // Leaving the loop cancels a build that is running, instead of waiting for it.
    stop.abort();
    cancel.abort();
    await running.catch(() => undefined);
  }
}

async function run(
  kitwright: Kitwright,
  options: WatchOptions,
  { stop, cancel }: { readonly stop: AbortSignal; readonly cancel: AbortSignal },
  onKit: (kit: WatchedKit) => void,
): Promise<void> {
  const { name, directory, quiet = defaultQuiet } = options;
  const reference = name === undefined ? undefined : withDefaultTag(parseReference(name));
  const warn = (message: string) => kitwright.diagnostic({ level: 'warning', message });
  await using hints = hintsFor(resolve(directory), warn);
  await using treeScan = createTreeScan();
  await watchKit(kitwright, {
    ...packDefaults(kitwright, { ...options, signal: cancel }),
    hints,
    treeScan,
    clock: systemClock,
    quiet,
    nameOf: () => reference,
    onKit,
    onWaiting: () => undefined,
    onFailure: ({ message }) => warn(message),
    onStart: () => undefined,
    stop,
  });
}

function hintsFor(directory: string, warn: (message: string) => void): Hints {
  return isLocalFileSystem(directory) ? fileHints(directory, (error) => warn(String(error))) : noHints();
}

/** A queue: yields in order what was pushed at any time. */
function createQueue<T>() {
  const waiting: T[] = [];
  let closed = false;
  let wake: () => void = () => undefined;
  return {
    add: (item: T): void => {
      waiting.push(item);
      wake();
    },
    close: (): void => {
      closed = true;
      wake();
    },
    items: async function* (): AsyncGenerator<T, void, undefined> {
      for (;;) {
        for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) yield item;
        if (closed) return;
        const { promise, resolve: ring } = Promise.withResolvers<void>();
        wake = ring;
        await promise;
      }
    },
  };
}
