import { closeSync, openSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { stderr } from 'node:process';
import { KitwrightError } from '@kitwright/core/plugin';
import type { MakeTarget } from '../../target/MadeTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { wrongMemory } from './wrongMemory.ts';

/** What is left open, and what is told that is a secret. */
export const wrongEnds: readonly Wrong<MakeTarget>[] = [
  wrongMemory(
    'leaves a timer running',
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
    ({ right }) => ({
      tag: async (...given) => {
        setTimeout(() => undefined, aWhile);
        await right.tag(...given);
      },
    }),
  ),
  wrongMemory(
    'leaves a server listening',
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
    ({ right }) => ({
      tag: async (descriptor, repository, tag) => {
        await right.tag(descriptor, repository, tag);
        if (tag !== 'v1') return;
        const server = createServer().listen(0, '127.0.0.1');
        setTimeout(() => server.close(), aWhile).unref();
      },
    }),
  ),
  wrongMemory(
    'leaves a file open when a push fails',
    ['leaks: no timer, socket, file or thread is left when it is disposed'],
    ({ right, context }) => ({
      push: async (descriptor, content) => {
        const file = openSync(join(context.folder, 'half'), 'w');
        await right.push(descriptor, content);
        closeSync(file);
      },
    }),
  ),
  wrongMemory(
    'leaves a listener at the signal for each reading',
    ['leaks: no listener is left at the signal, nor at the process'],
    ({ right, context }) => ({
      async *fetch(descriptor, range) {
        context.signal.addEventListener('abort', () => undefined);
        yield* right.fetch(descriptor, range);
      },
    }),
  ),
  wrongMemory(
    'leaves a listener at the process for each push',
    ['leaks: no listener is left at the signal, nor at the process'],
    ({ right }) => ({
      push: async (descriptor, content) => {
        process.on('exit', () => undefined);
        process.setMaxListeners(0);
        await right.push(descriptor, content);
      },
    }),
  ),
  wrongMemory('logs its login', ['secrets: none is logged, in an error or in a result'], ({ right, context }) => ({
    tag: async (...given) => {
      const login = Buffer.from(`kitwright:${context.secret}`).toString('base64');
      context.logger.debug(`PUT with authorization: Basic ${login}`);
      await right.tag(...given);
    },
  })),
  wrongMemory(
    'tells its password where it says what it does',
    ['secrets: none is logged, in an error or in a result'],
    ({ right, context }) => ({
      push: async (descriptor, content) => {
        context.progress(`logs in as kitwright:${context.secret}`);
        await right.push(descriptor, content);
      },
    }),
  ),
  wrongMemory(
    'writes its password to the terminal',
    ['secrets: none is logged, in an error or in a result'],
    ({ right, context }) => ({
      tag: async (descriptor, repository, tag) => {
        if (tag === 'v2') stderr.write(`login: ${context.secret}\n`);
        await right.tag(descriptor, repository, tag);
      },
    }),
  ),
  wrongMemory(
    'has its password in its name',
    ['secrets: none is logged, in an error or in a result'],
    ({ context }) => ({
      name: `memory://kitwright:${context.secret}@localhost`,
    }),
  ),
  wrongMemory(
    'has its password in the error of what is not there',
    ['secrets: none is logged, in an error or in a result'],
    ({ right, context }) => ({
      async *fetch(descriptor, range) {
        context.signal.throwIfAborted();
        if (!(await right.exists(descriptor)))
          throw new KitwrightError('kit-not-found', `It is not there for ${context.secret}.`);
        yield* right.fetch(descriptor, range);
      },
    }),
  ),
  wrongMemory(
    'has its password in the cause of an error',
    ['secrets: none is logged, in an error or in a result'],
    ({ right, context }) => ({
      tag: (...given) =>
        right.tag(...given).catch((error: KitwrightError) => {
          context.signal.throwIfAborted();
          const cause = Object.assign(new Error('refused'), { headers: { authorization: context.secret } });
          throw new KitwrightError(error.code, error.message, { cause });
        }),
    }),
  ),
];

/** In ms: longer than anybody waits for it, and soon over. */
const aWhile = 4000;
