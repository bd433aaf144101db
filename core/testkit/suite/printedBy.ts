import assert from 'node:assert/strict';
import output from 'node:console';
import { stderr, stdout } from 'node:process';
import { inspect } from 'node:util';
import { type TestContext, testSecret } from '../context/testContext.ts';
import { benchCase, type Case, NotRun } from './Case.ts';

const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** What is written by `console` and to the streams of the process while this runs. */
export async function printedBy(work: () => unknown): Promise<readonly string[]> {
  const [printed, kept]: [string[], Partial<typeof output>] = [[], { ...output }];
  const streams = [stdout, stderr].map((stream) => ({ stream, write: stream.write }));
  for (const method of methods)
    output[method] = (...given: unknown[]) => void printed.push(inspect(given, { depth: 8 }));
  for (const { stream, write } of streams)
    stream.write = (...given: unknown[]) => {
      // The runner's own messages are binary, or JSON; what a plugin writes is text.
      if (typeof given[0] === 'string') printed.push(given[0]);
      return Reflect.apply(write, stream, given) as boolean;
    };
  try {
    await work();
  } finally {
    Object.assign(output, kept);
    for (const { stream, write } of streams) stream.write = write;
  }
  return printed;
}

/** A case that uses what is tested, with and without success, and looks for the password in all that can be read. */
export function secretCase<B extends { readonly context: TestContext }>(
  use: (bench: B) => Promise<readonly unknown[]>,
): Case<B> {
  return benchCase('secrets: none is logged, in an error or in a result', async (bench) => {
    const { context } = bench;
    let results: readonly unknown[] = [];
    const printed = await printedBy(async () => {
      results = await use(bench);
    });
    if (!context.isSecretTaken()) throw new NotRun('the maker took no `secret`, and asked for no `credentials`');
    const all = [...context.logged, ...printed, ...results.map((each) => inspect(each, { depth: 8 }))].join('\n');
    for (const [what, text] of Object.entries(formsOf(testSecret)))
      assert.ok(!all.includes(text), `the secret was logged, or is in an error (${what})`);
  });
}

/** As it is, in a login (RFC 7617), and in a URL. */
function formsOf(secret: string): Readonly<Record<string, string>> {
  return {
    'as it is': secret,
    'as a login': Buffer.from(`kitwright:${secret}`).toString('base64').slice(0, -4),
    'in base64': Buffer.from(secret).toString('base64').slice(0, -4),
  };
}

/** What some work gives, or fails with. */
export async function endOf(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}
