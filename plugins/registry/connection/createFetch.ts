import { createFollowingFetch, KitwrightError } from '@kitwright/core/plugin';
import { defaultStallTimeout, type RegistryOptions } from '../RegistryOptions.ts';
import { sendBody } from '../sendBody.ts';
import { chooseProxy } from './chooseProxy.ts';
import { fetchLong, isLong } from './fetchLong.ts';
import { type LazyAgent, lazyAgent } from './lazyAgent.ts';
import { refuseInward } from './refuseInward.ts';

/**
 * A `fetch` with the proxies, authorities and timeouts of connections to registries; a redirect takes no credentials to
 * another host, and leads nowhere inside. Loads its client when it is called.
 */
export function createFetch(options: RegistryOptions): typeof fetch {
  const { client, ...following } = createClients(options);
  return createFollowingFetch(client, following);
}

/** Those that only send: to hosts that were named, and without the user's certificate to those to which they lead. */
export function createClients(options: RegistryOptions): FollowingClients {
  const agent = lazyAgent(options);
  const mayLead: FollowingClients['mayLead'] = (from, to) =>
    refuseInward(from, to, (url) => chooseProxy(url, options) !== undefined);
  const patience = options.stallTimeout ?? defaultStallTimeout;
  return { client: sendBy(agent, patience), led: sendBy(agent.withoutCertificate(), patience), mayLead };
}

interface FollowingClients {
  readonly client: typeof fetch;
  readonly led: typeof fetch;
  /** See `refuseInward`. */
  readonly mayLead: (from: URL, to: URL) => Promise<void>;
}

/** `patience` in ms: so long a server may take nothing of a body that is streamed to it. */
function sendBy(agent: LazyAgent, patience: number): typeof fetch {
  return async (input, init = {}) => {
    if (input instanceof URL && init.redirect === 'manual' && isLong(input, init))
      return fetchLong(await agent.unbuffered(), input, init);
    const [{ fetch: send }, dispatcher] = await Promise.all([import('./createAgent.ts'), agent.get()]);
    const request = send as unknown as (input: unknown, init: unknown) => Promise<Response>;
    const { body } = init;
    if (!(body instanceof ReadableStream)) return request(input, { ...init, dispatcher });
    return sendStream(body, init.signal ?? undefined, patience, (streamed) =>
      request(input, { ...init, ...streamed, dispatcher }),
    );
  };
}

/** undici looks once whether a server still reads, and never again. Throws `network-failed` for one that does not. */
async function sendStream(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
  patience: number,
  send: (streamed: Pick<RequestInit, 'body' | 'signal'>) => Promise<Response>,
): Promise<Response> {
  const sent = sendBody({ length: 0, open: () => body }, patience);
  try {
    const signals = [sent.stalled, ...(signal ? [signal] : [])];
    return await send({ body: ReadableStream.from(sent.open()), signal: AbortSignal.any(signals) });
  } catch (error) {
    throw sent.stalled.aborted && !signal?.aborted
      ? new KitwrightError('network-failed', stopped, { cause: error })
      : error;
  } finally {
    sent.end();
  }
}

const stopped = 'The server stopped accepting what was sent to it.';
