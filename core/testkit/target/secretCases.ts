import assert from 'node:assert/strict';
import output from 'node:console';
import { inspect } from 'node:util';
import { testSecret } from '../context/testContext.ts';
import { NotRun } from '../suite/Case.ts';
import { type Bench, type TargetCase, targetCase } from './Bench.ts';
import { useAll } from './leakCases.ts';
import { fetchAll } from './reading.ts';
import { kitOf } from './samples.ts';

/** What nobody may read. */
export const secretCases: readonly TargetCase[] = [
  targetCase('secrets: none is logged, or in an error', async (bench) => {
    const { context } = bench;
    if (!context.isSecretTaken()) throw new NotRun('the maker took no `secret`, and asked for no `credentials`');
    const printed = await printedBy(async () => {
      const errors = [await errorOf(() => useAll(bench))];
      for (const status of [401, 500]) errors.push(...(await errorsAt(bench, status)));
      context.logger.debug(inspect(errors, { depth: 8 }));
    });
    const all = [...context.logged, ...printed].join('\n');
    for (const [what, text] of Object.entries(formsOf(testSecret)))
      assert.ok(!all.includes(text), `the secret was logged, or is in an error (${what})`);
  }),
];

/** As it is, in a login (RFC 7617), and in a URL. */
function formsOf(secret: string): Readonly<Record<string, string>> {
  return {
    'as it is': secret,
    'as a login': Buffer.from(`kitwright:${secret}`).toString('base64').slice(0, -4),
    'in base64': Buffer.from(secret).toString('base64').slice(0, -4),
  };
}

/** What fails where a server refuses; nothing where no server can be made to. */
async function errorsAt({ target, repository, context }: Bench, status: number): Promise<readonly unknown[]> {
  for (const { faults } of context.proxies) faults.push({ action: { kind: 'status', status } });
  const { layer } = kitOf('refused');
  const errors = [
    await errorOf(() => target.resolve(repository, 'v1')),
    await errorOf(() => fetchAll(target, layer.descriptor)),
    await errorOf(() => target.push(layer.descriptor, { read: async (_, take) => take(Buffer.from(layer.bytes)) })),
  ];
  for (const { faults } of context.proxies) faults.length = 0;
  return errors;
}

async function errorOf(work: () => unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error;
  }
}

const methods = ['log', 'info', 'warn', 'error', 'debug'] as const;

/** What `console` prints while this runs. */
async function printedBy(work: () => Promise<void>): Promise<readonly string[]> {
  const [printed, kept]: [string[], Partial<typeof output>] = [[], { ...output }];
  for (const method of methods)
    output[method] = (...given: unknown[]) => void printed.push(inspect(given, { depth: 8 }));
  try {
    await work();
  } finally {
    Object.assign(output, kept);
  }
  return printed;
}
