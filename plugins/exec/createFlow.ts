import { NotTheProtocol } from './readMessages.ts';

/** Bytes that a program may send without being asked for more (PROTOCOL.md, "Credit"). */
export const windowSize = 1024 * 1024;

/** The bytes of one `fetch` on their way to who reads them; `credit` bounds what waits here. */
export interface Inflow {
  /** What the program may send at first. */
  readonly credit: number;
  readonly push: (bytes: Uint8Array) => void;
  readonly end: () => void;
  readonly fail: (error: unknown) => void;
  /** The next bytes, and how many more the program may send now; undefined at the end. */
  readonly next: () => Promise<{ readonly bytes: Uint8Array; readonly grant: number } | undefined>;
}

/** For `size` bytes in all: more are refused. */
export function createInflow(size: number): Inflow {
  const waiting: Uint8Array[] = [];
  const credit = Math.min(size, windowSize);
  let [allowed, ungranted, consumed] = [credit, size - credit, 0];
  let wake = Promise.withResolvers<void>();
  let settled: { readonly error?: unknown } | undefined;
  const settle = (how: { readonly error?: unknown }) => {
    settled ??= how;
    wake.resolve();
  };
  const grantFor = (bytes: number): number => {
    consumed += bytes;
    if (consumed < windowSize / 4) return 0;
    const grant = Math.min(consumed, ungranted);
    consumed = 0;
    ungranted -= grant;
    allowed += grant;
    return grant;
  };
  return {
    credit,
    push: (bytes) => {
      allowed -= bytes.byteLength;
      if (allowed < 0) throw new NotTheProtocol('more bytes than it has credit for');
      waiting.push(bytes);
      wake.resolve();
    },
    end: () => settle({}),
    fail: (error) => settle({ error }),
    next: async () => {
      if (waiting.length === 0 && !settled) await wake.promise;
      wake = Promise.withResolvers();
      const bytes = waiting.shift();
      if (bytes) return { bytes, grant: grantFor(bytes.byteLength) };
      if (settled && 'error' in settled) throw settled.error;
      return undefined;
    },
  };
}

/** The credit that a program gives for one `push`. */
export interface Outflow {
  readonly add: (bytes: number) => void;
  /** The program has answered: nothing is sent any more. */
  readonly stop: () => void;
  /** Waits for credit; at most `bytes` of it, 0 when nothing may be sent any more. */
  readonly take: (bytes: number) => Promise<number>;
}

export function createOutflow(): Outflow {
  let [credit, stopped] = [0, false];
  let wake = Promise.withResolvers<void>();
  return {
    add: (bytes) => {
      credit += bytes;
      wake.resolve();
    },
    stop: () => {
      stopped = true;
      wake.resolve();
    },
    take: async (bytes) => {
      while (credit === 0 && !stopped) {
        await wake.promise;
        wake = Promise.withResolvers();
      }
      const taken = stopped ? 0 : Math.min(bytes, credit);
      credit -= taken;
      return taken;
    },
  };
}
