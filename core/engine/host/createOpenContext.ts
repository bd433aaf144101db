import { join } from 'node:path';
import { makeDirectories } from '../files/makeDirectories.ts';
import { createRepeatingFetch } from '../store/createRepeatingFetch.ts';
import type { Wait } from '../store/retrying.ts';
import type { Diagnostic } from './events.ts';
import type { Environment, Network, OpenContext } from './OpenContext.ts';

/** What all contexts of one run share. */
export interface Surroundings {
  readonly signal: AbortSignal;
  readonly env: Environment;
  /** Absolute path of the folder below which each plugin has its own. */
  readonly home: () => string;
  readonly userAgent: string;
  /** Undefined if no plugin provides one: then requests go out without proxies. */
  readonly network: () => Network | undefined;
  readonly wait: Wait;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
  readonly note: (plugin: string, doing: string) => void;
}

/** The context of one plugin. */
export function createOpenContext(plugin: string, given: Surroundings, options: ContextOptions = {}): OpenContext {
  const { env, userAgent, diagnostic, note, network, wait } = given;
  const { anonymous = false, namedBy } = options;
  const signal = options.signal ? AbortSignal.any([given.signal, options.signal]) : given.signal;
  const say = (level: Diagnostic['level']) => (message: string) =>
    diagnostic({ level, message: `${plugin}: ${message}` });
  return Object.freeze({
    signal,
    env,
    userAgent,
    anonymous,
    ...(namedBy === undefined ? {} : { namedBy }),
    fetch: (input, init) => {
      const stop = init?.signal ? AbortSignal.any([signal, init.signal]) : signal;
      const send = network()?.fetch ?? createRepeatingFetch(fetch, { signal, wait });
      return send(input, { ...init, signal: stop });
    },
    credentials: async (host) => (anonymous ? undefined : network()?.credentials(host)),
    logger: { warn: say('warning'), debug: say('notice') },
    get home() {
      const folder = join(given.home(), 'plugins', encodeURIComponent(plugin));
      makeDirectories(folder, 0o700);
      return folder;
    },
    progress: (doing) => {
      note(plugin, doing);
      diagnostic({ level: 'notice', message: `${plugin} ${doing}` });
    },
  } satisfies OpenContext);
}

/** How one opening differs from others. */
export interface ContextOptions {
  /** A kit named the host, not the user. */
  readonly anonymous?: boolean;
  /** The registry of that kit. */
  readonly namedBy?: string | undefined;
  /** Ends only what is opened with this context. */
  readonly signal?: AbortSignal | undefined;
}
