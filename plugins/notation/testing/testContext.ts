import type { OpenContext } from '@kitwright/core/plugin';

/** A context with these variables, and no network. */
export function testContext(env: OpenContext['env'] = {}): OpenContext {
  return {
    signal: new AbortController().signal,
    fetch: () => Promise.reject(new Error('The network was asked.')),
    env,
    credentials: async () => undefined,
    logger: { warn: () => undefined, debug: () => undefined },
    home: '',
    userAgent: 'test',
    progress: () => undefined,
    anonymous: false,
  };
}
