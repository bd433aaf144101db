import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OpenContext, Wait } from '@kitwright/core/plugin';
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
  /** Was `signal` asked for? Who does not take it is not asked to heed it. */
  readonly isSignalTaken: () => boolean;
  /** Was the password asked for, in any way? */
  readonly isSecretTaken: () => boolean;
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

/** A context for one test. Its `fetch` is that of Node, its home and its folder are fresh. */
export function testContext(): TestContext {
  const root = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  const [folder, home] = [join(root, 'folder'), join(root, 'home')];
  for (const each of [folder, home]) mkdirSync(each);
  const stop = new AbortController();
  const [logged, waits, proxies]: [string[], number[], FaultProxy[]] = [[], [], []];
  let [isSignalTaken, isSecretTaken] = [false, false];
  const takeSecret = () => {
    isSecretTaken = true;
    return testSecret;
  };
  const say = (message: string) => void logged.push(message);
  return {
    get signal() {
      isSignalTaken = true;
      return stop.signal;
    },
    fetch: (input, init) =>
      fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([stop.signal, init.signal]) : stop.signal }),
    env: {
      HOME: home,
      get KITWRIGHT_TEST_SECRET() {
        return takeSecret();
      },
    },
    credentials: async () => ({ username: 'kitwright', password: takeSecret() }),
    logger: { warn: say, debug: say },
    home,
    userAgent: 'kitwright/test',
    progress: say,
    anonymous: false,
    folder,
    get secret() {
      return takeSecret();
    },
    logged,
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
    },
    waits,
    abort: (reason) => stop.abort(reason),
    isSignalTaken: () => isSignalTaken,
    isSecretTaken: () => isSecretTaken,
    through: async (origin) => {
      const proxy = await startFaultProxy(origin);
      proxies.push(proxy);
      return proxy.origin;
    },
    proxies,
    [Symbol.asyncDispose]: async () => {
      for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
