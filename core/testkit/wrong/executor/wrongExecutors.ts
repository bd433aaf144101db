import { openSync } from 'node:fs';
import type { LayerPool } from '@kitwright/core/plugin';
import type { MakeExecutor } from '../../executor/MadeExecutor.ts';
import type { Wrong } from '../testWrong.ts';

export const rightExecutor: MakeExecutor = made((local) => local);

/** Executors with one error each, and the cases that find it. */
export const wrongExecutors: readonly Wrong<MakeExecutor>[] = [
  wrong('cannot unpack', ({ extract: _, ...local }) => local as LayerPool, [
    'open: gives a pool with all that a pool can do',
  ]),
  wrong(
    'gives results in the order in which they come',
    (local) => {
      const waiting: ((result: Awaited<ReturnType<LayerPool['hash']>>) => void)[] = [];
      return {
        ...local,
        hash: (job) => {
          const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<LayerPool['hash']>>>();
          waiting.push(resolve);
          Promise.resolve()
            .then(() => local.hash(job))
            .then((result) => waiting.shift()?.(result), reject);
          return promise;
        },
      };
    },
    [
      'hash: each job gets its own result, in whatever order they end',
      'hash: an error comes back as it is, and the others go on',
    ],
  ),
  wrong(
    'makes errors of its own',
    (local) => ({
      ...local,
      hash: (job) =>
        Promise.resolve()
          .then(() => local.hash(job))
          .catch((cause: { readonly code?: string }) => {
            throw cause.code === 'cancelled' ? cause : new Error('The job failed.');
          }),
    }),
    [
      'hash: an error comes back as it is, and the others go on',
      'hash: one that fails at once, in the call, is a promise that fails',
    ],
  ),
  wrong(
    'throws instead of giving a promise',
    (local) => ({ ...local, hash: (job) => local.hash(job) }),
    ['hash: one that fails at once, in the call, is a promise that fails'],
    false,
  ),
  wrong('stops after a hundred jobs', (local) => limited(local, 100), ['hash: hundreds of jobs end']),
  wrong('does not close what it was given', (local) => ({ ...local, close: async () => undefined }), [
    'close: ends what it was given, also without work, and twice',
  ]),
  {
    does: 'has one line for all pools',
    fails: ['two: pools at once do not wait for each other'],
    make: (context) => {
      let before: Promise<unknown> = Promise.resolve();
      return made((local) => ({
        ...local,
        hash: (job) => {
          const result = before.then(() => local.hash(job));
          before = result.catch(() => undefined);
          return result;
        },
      }))(context);
    },
  },
  wrong(
    'gives a digest that is not right',
    (local) => ({ ...local, hash: async (job) => wrongDigest(await local.hash(job)) }),
    ['kit: is the same as without it, and is unpacked'],
  ),
  wrong('leaves a file open', leaking, ['leaks: no timer, socket, file or thread is left when it is disposed']),
];

function leaking(local: LayerPool): LayerPool {
  openSync(process.execPath, 'r');
  return local;
}

function wrongDigest<T extends { readonly digest: string }>(result: T): T {
  return result.digest.startsWith('sha256:') ? { ...result, digest: `sha256:${'0'.repeat(64)}` } : result;
}

function limited(local: LayerPool, most: number): LayerPool {
  let count = 0;
  return { ...local, hash: async (job) => (++count > most ? new Promise<never>(() => undefined) : local.hash(job)) };
}

type Spoil = (local: LayerPool) => LayerPool;

function wrong(does: string, spoil: Spoil, fails: readonly string[], isAsync = true): Wrong<MakeExecutor> {
  return { does, fails, make: made(spoil, isAsync) };
}

function made(spoil: Spoil, isAsync = true): MakeExecutor {
  return () => ({
    id: 'special',
    open: (_, local) => spoil(isAsync ? { ...local, hash: async (job) => local.hash(job) } : local),
  });
}
