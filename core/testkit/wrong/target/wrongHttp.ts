import { KitwrightError, TransientError } from '@kitwright/core/plugin';
import type { TestContext } from '../../context/testContext.ts';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import { targetCases } from '../../target/testTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { createHttpTarget, createSend, type HttpTarget, type Send } from './createHttpTarget.ts';
import { serveKits } from './serveKits.ts';

interface Spoiling {
  readonly send: Send;
  readonly right: HttpTarget;
  readonly context: TestContext;
}

/** What is wrong with how a target treats its server. */
export const wrongHttp: readonly Wrong<MakeTarget>[] = [
  wrongSend(
    'takes a failure for what is not there',
    [
      'faults: a server that fails for good is asked a few times, and no more',
      'faults: no refusal is taken for an answer',
    ],
    async (send) => {
      try {
        return await send();
      } catch (error) {
        if (error instanceof TransientError) return new Response(null, { status: 404 });
        throw error;
      }
    },
  ),
  wrongSend(
    'takes a refusal for what is not there',
    ['faults: a 401 is final, and says unauthorized', 'faults: no refusal is taken for an answer'],
    async (send) => {
      try {
        return await send();
      } catch (error) {
        if (error instanceof KitwrightError && error.code === 'unauthorized')
          return new Response(null, { status: 404 });
        throw error;
      }
    },
  ),
  wrongSend(
    'asks again and again where it is refused',
    ['faults: a 401 is final, and says unauthorized'],
    async (send) => {
      for (let tries = 0; ; tries++)
        try {
          return await send();
        } catch (error) {
          if (tries === 30 || !(error instanceof KitwrightError)) throw error;
        }
    },
  ),
  wrongSend('has a code of its own for a refusal', ['faults: a 401 is final, and says unauthorized'], async (send) => {
    try {
      return await send();
    } catch (error) {
      if (error instanceof KitwrightError) throw new KitwrightError('plugin-failed', error.message);
      throw error;
    }
  }),
  wrongSend(
    'gives up where a connection was reset',
    [
      'faults: what a reset connection hits succeeds when it is tried again',
      'faults: waits as long as a 429 asks',
      'faults: an answer that is lost does no harm',
      'faults: an upload that is cut succeeds when it is tried again',
    ],
    async (send, { signal }) => {
      try {
        return await send((input, init) => fetch(input, { ...init, signal }));
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof KitwrightError || error instanceof TransientError) throw error;
        throw new KitwrightError('network-failed', 'It failed.');
      }
    },
  ),
  wrongSend(
    'gives up after a 503',
    ['faults: what a 503 hits succeeds when it is tried again', 'faults: waits as long as a 429 asks'],
    async (send, { signal }) => {
      try {
        return await send((input, init) => fetch(input, { ...init, signal }));
      } catch (error) {
        throw error instanceof TransientError ? new KitwrightError('remote-refused', error.message) : error;
      }
    },
  ),
  wrongSend('asks again at once after a 429', ['faults: waits as long as a 429 asks'], (send, { signal }) =>
    send(async (input, init) => {
      for (;;) {
        const response = await fetch(input, { ...init, signal });
        if (response.status !== 429) return response;
      }
    }),
  ),
  wrongSend(
    'asks a hundred times after a 503',
    ['faults: waits as long as a 429 asks', 'faults: a server that fails for good is asked a few times, and no more'],
    (send, { signal }) =>
      send(async (input, init) => {
        for (let tries = 1; ; tries++) {
          const response = await fetch(input, { ...init, signal });
          if (response.status !== 503 || tries === 100) return response;
        }
      }),
  ),
  wrongHttpTarget(
    'takes a cut for the end of a stream, and lies about its length',
    [
      'abort: nothing begins after the signal',
      'faults: no refusal is taken for an answer',
      'faults: a download that is cut goes on where it was',
    ],
    ({ right }) => ({
      async *fetch(descriptor, range) {
        try {
          yield* right.fetch(descriptor, range);
        } catch (error) {
          if (error instanceof KitwrightError) throw error;
          yield Buffer.alloc(descriptor.size);
        }
      },
    }),
  ),
  wrongHttpTarget('begins anew after a cut', ['faults: a download that is cut goes on where it was'], ({ right }) => ({
    async *fetch(descriptor, range) {
      try {
        yield* right.fetch(descriptor, range);
      } catch (error) {
        if (error instanceof KitwrightError || error instanceof TransientError) throw error;
        yield* right.fetch(descriptor, range);
      }
    },
  })),
  wrongHttpTarget(
    'lists nothing where its server fails',
    ['faults: no refusal is taken for an answer'],
    ({ right }) => ({
      tags: async function* () {
        yield* await Array.fromAsync(right.tags()).catch(() => []);
      },
    }),
  ),
  wrongHttpTarget(
    'puts its password into addresses',
    ['secrets: none is logged, in an error or in a result'],
    ({ right, send, context }) => ({
      resolve: async (repository, reference) => {
        await send('HEAD', `/tags/${encodeURIComponent(reference)}?token=${context.secret}`);
        return right.resolve(repository, reference);
      },
    }),
  ),
];

/** The right target at a server. */
export const rightHttp: MakeTarget = atServer((target) => target);

const noPower =
  /^(?:close|read|findTags|referrers|dropReferrer|untag|delete|swapTag|mount|pushEarly|locate|complete|repository)\b|of another repository$|a reading that is cut/;

/** Cases that say nothing of it: it has few powers, and one repository. */
export const notAtServer: readonly string[] = targetCases.map(({ name }) => name).filter((name) => noPower.test(name));

function atServer(
  spoil: (target: HttpTarget, send: Send, context: TestContext) => HttpTarget,
  around: Around = plain,
): MakeTarget {
  return async (context) => {
    const server = await serveKits(context.secret);
    const origin = await context.through(server.origin);
    const open = (given: TestContext) => {
      const send = around(createSend(origin, given), given, origin);
      return spoil(createHttpTarget(send, given), send, given);
    };
    return {
      target: open(context),
      reopen: (_, another) => open(another),
      dispose: async () => server[Symbol.asyncDispose](),
    };
  };
}

type Around = (send: Send, context: TestContext, origin: string) => Send;

function plain(send: Send): Send {
  return send;
}

function wrongHttpTarget(
  does: string,
  fails: readonly string[],
  spoil: (given: Spoiling) => Partial<HttpTarget>,
): Wrong<MakeTarget> {
  return { does, fails, make: atServer((right, send, context) => ({ ...right, ...spoil({ right, send, context }) })) };
}

/** With an error in how it sends; `send` may be given another `fetch`. */
function wrongSend(
  does: string,
  fails: readonly string[],
  sending: (send: (by?: typeof fetch) => Promise<Response>, given: TestContext) => Promise<Response>,
): Wrong<MakeTarget> {
  const around: Around = (_, given, origin) => (method, path, init) =>
    sending((by = given.fetch) => createSend(origin, { ...given, fetch: by })(method, path, init), given);
  return { does, fails, make: atServer((target) => target, around) };
}
