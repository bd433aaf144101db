import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRepeatingFetch, type OpenContext, type Wait } from '@kitwright/core/plugin';
import { type FaultProxy, startFaultProxy } from './startFaultProxy.ts';

/** What a plugin gets when it opens something (`OpenContext`), and what a test needs to look behind it. */
export interface TestContext extends OpenContext, AsyncDisposable {
  /** A folder of this test's own, empty at first; it is removed afterwards. For what is stored. */
  readonly folder: string;
  /** The password that `credentials` and the variable `KITWRIGHT_TEST_SECRET` give: it may be in no log and no error. */
  readonly secret: string;
  /** What was logged, and said by `progress`. */
  readonly logged: readonly string[];
  /** For plugins that can be told how to wait before they try again: notes the time (ms) and does not wait. */
  readonly wait: Wait;
  readonly waits: readonly number[];
  /** Aborts `signal`. */
  readonly abort: (reason: Error) => void;
  /** The context of another process: the same folders, logs and proxies, and a signal of its own. */
  readonly another: () => TestContext;
  /** Was `signal` asked for? Who does not take it is not asked to heed it. */
  readonly isSignalTaken: () => boolean;
  /** Was the password asked for, in any way? */
  readonly isSecretTaken: () => boolean;
  /** Was a body sent as a stream? Node 24 holds all of one in memory, which the `fetch` of the engine does not. */
  readonly isStreamSent: () => boolean;
  /**
   * The origin of a proxy on loopback that leads to another one (`http://127.0.0.1:5000`). Who opens a target through it
   * lets it be tested with faults.
   */
  readonly through: (origin: string) => Promise<string>;
  /** The proxies that `through` started. */
  readonly proxies: readonly FaultProxy[];
}

/** The password of all tests: easy to find in what is logged. */
export const testSecret = 'kw-test-secret-5e0b1f';

/**
 * A context for one test. Its home and its folder are fresh. Its `fetch` tries again as that of the engine does, and
 * follows redirects as that does; it notes how long it should wait, and does not.
 */
export function testContext(): TestContext {
  return contextOf({
    folders: createFolders(),
    logged: [],
    waits: [],
    proxies: [],
    isSecretTaken: false,
    isStreamSent: false,
  });
}

/** What the contexts of one test share. */
interface Shared {
  readonly folders: ReturnType<typeof createFolders>;
  readonly logged: string[];
  readonly waits: number[];
  readonly proxies: FaultProxy[];
  isSecretTaken: boolean;
  isStreamSent: boolean;
}

function contextOf(shared: Shared): TestContext {
  const { folders, logged, waits, proxies } = shared;
  const stop = new AbortController();
  let isSignalTaken = false;
  const takeSecret = () => {
    shared.isSecretTaken = true;
    return testSecret;
  };
  const wait: Wait = async (ms, signal) => {
    signal.throwIfAborted();
    waits.push(ms);
  };
  const repeat = createRepeatingFetch(fetch, { signal: stop.signal, wait });
  const say = (message: string) => void logged.push(message);
  return {
    get signal() {
      isSignalTaken = true;
      return stop.signal;
    },
    fetch: (input, init) => {
      shared.isStreamSent ||= init?.body instanceof ReadableStream;
      return repeat(input, {
        ...init,
        signal: init?.signal ? AbortSignal.any([stop.signal, init.signal]) : stop.signal,
      });
    },
    env: {
      // For who starts a program: it is found as the engine finds it.
      PATH: process.env['PATH'],
      get HOME() {
        return folders.get('home');
      },
      get KITWRIGHT_TEST_SECRET() {
        return takeSecret();
      },
    },
    credentials: async () => ({ username: 'kitwright', password: takeSecret() }),
    logger: { warn: say, debug: say },
    get home() {
      return folders.get('home');
    },
    userAgent: 'kitwright/test',
    progress: say,
    anonymous: false,
    get folder() {
      return folders.get('folder');
    },
    get secret() {
      return takeSecret();
    },
    logged,
    wait,
    waits,
    abort: (reason) => stop.abort(reason),
    another: () => contextOf(shared),
    isSignalTaken: () => isSignalTaken,
    isSecretTaken: () => shared.isSecretTaken,
    isStreamSent: () => shared.isStreamSent,
    through: async (origin) => {
      const proxy = await startFaultProxy(origin);
      proxies.push(proxy);
      return proxy.origin;
    },
    proxies,
    [Symbol.asyncDispose]: async () => {
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
      folders.remove();
    },
  };
}

/** Folders with names, each made when it is asked for. */
function createFolders() {
  let root: string | undefined;
  return {
    get: (name: string): string => {
      root ??= mkdtempSync(join(tmpdir(), 'kitwright-test-'));
      const folder = join(root, name);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    remove: () => {
      if (root !== undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}
