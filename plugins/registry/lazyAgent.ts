import type { Dispatcher } from 'undici';
import type { RegistryOptions } from './RegistryOptions.ts';

/**
 * The connections, made when something is sent: most commands never send anything, and should not load a client for it.
 */
export interface LazyAgent {
  readonly get: () => Promise<Dispatcher>;
  /** Those for answers that are poured. */
  readonly pouring: () => Promise<Dispatcher>;
  /** Cuts what is still open. */
  readonly destroy: () => Promise<void>;
}

export function lazyAgent(options: RegistryOptions): LazyAgent {
  const made = new Map<boolean, Promise<Dispatcher>>();
  const get = (reuse: boolean) => {
    const agent = made.get(reuse) ?? import('./createAgent.ts').then(({ createAgent }) => createAgent(options, reuse));
    made.set(reuse, agent);
    return agent;
  };
  return {
    get: () => get(false),
    pouring: () => get(true),
    destroy: async () => {
      for (const agent of made.values()) await (await agent).destroy();
    },
  };
}
