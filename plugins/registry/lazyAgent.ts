import type { Dispatcher } from 'undici';
import type { RegistryOptions } from './RegistryOptions.ts';

/** The connections, made when something is sent: most commands never send anything, and should not load a client for it. */
export interface LazyAgent {
  readonly get: () => Promise<Dispatcher>;
  /** Cuts what is still open. */
  readonly destroy: () => Promise<void>;
}

export const lazyAgent = (options: RegistryOptions): LazyAgent => {
  let agent: Promise<Dispatcher> | undefined;
  return {
    get: () => {
      agent ??= import('./agent.ts').then(({ createAgent }) => createAgent(options));
      return agent;
    },
    destroy: async () => {
      await (await agent)?.destroy();
    },
  };
};
