import type { ProxyAction } from '../context/startFaultProxy.ts';
import { endOf, secretCase } from '../suite/printedBy.ts';
import type { Bench, TargetCase } from './Bench.ts';
import { contentOf } from './contents.ts';
import { useAll } from './leakCases.ts';
import { fetchAll } from './reading.ts';
import { kitOf } from './samples.ts';

/** What nobody may read: nor may it be in an address, which servers and proxies log. */
export const secretCases: readonly TargetCase[] = [
  secretCase<Bench>(async (bench) => {
    const { target, context } = bench;
    const results: unknown[] = [target.name, await endOf(() => useAll(bench))];
    for (const action of refusals) results.push(...(await errorsAt(bench, action)));
    for (const { requests } of context.proxies) results.push(...requests.map(({ path }) => path));
    return results;
  }),
];

const refusals: readonly ProxyAction[] = [
  { kind: 'status', status: 401 },
  { kind: 'status', status: 403 },
  { kind: 'status', status: 500 },
  { kind: 'reset' },
];

/** What fails where a server refuses; nothing where no server can be made to. */
async function errorsAt({ target, repository, context }: Bench, action: ProxyAction): Promise<readonly unknown[]> {
  for (const { faults } of context.proxies) faults.push({ action });
  const { layer } = kitOf('refused');
  const errors = [
    await endOf(() => target.resolve(repository, 'v1')),
    await endOf(() => fetchAll(target, layer.descriptor)),
    await endOf(() => target.push(layer.descriptor, contentOf(layer.bytes))),
  ];
  for (const { faults } of context.proxies) faults.length = 0;
  return errors;
}
