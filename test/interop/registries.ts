import { join } from 'node:path';
import { startRegistry } from '@kitwright/testkit';
import { startDistribution } from './distribution.ts';
import { freePort, startServer } from './startServer.ts';

const { CRANE: crane = '', REGISTRY2: registry2 = '', REGISTRY3: registry3 = '' } = process.env;

interface Registry extends AsyncDisposable {
  readonly host: string;
}

/** The registry of go-containerregistry, which has the referrers API. */
const startCrane = async (): Promise<Registry> => {
  const port = await freePort();
  const server = await startServer(crane, ['registry', 'serve', '--address', `127.0.0.1:${port}`], port);
  return { host: `127.0.0.1:${port}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
};

type Start = (folder: { readonly path: string }) => Promise<Registry>;

const distribution =
  (binary: string): Start =>
  ({ path }) =>
    startDistribution(binary, join(path, 'registry'));

/** Real registries and ours, with and without the referrers API; those that are missing are not here. */
export const registries: readonly (readonly [name: string, isHere: boolean, start: Start])[] = [
  ['the registry of crane, with the API', crane !== '', startCrane],
  ['distribution 2.8, without the API', registry2 !== '', distribution(registry2)],
  ['distribution 3.1, without the API', registry3 !== '', distribution(registry3)],
  ["the testkit's, with the API", true, () => startRegistry()],
  ["the testkit's, without the API", true, () => startRegistry({ family: 'distribution' })],
];
