import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { type TestContext, testContext } from '@kitwright/testkit';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { refreshedTarget } from '../../plugins/cosign/keyless/refreshedTarget.ts';
import { huggingFace } from '../../plugins/huggingface/index.ts';
import { startServer } from '../../plugins/registry/testing/startServer.ts';

const root = Buffer.from(Object.values(seeds)[0]?.['root.json'] ?? '', 'base64');

/** All that reads a small answer as a whole, and not by a client of ours. */
const readers: Readonly<Record<string, (url: string, context: TestContext) => Promise<unknown>>> = {
  'the list of a hub': async (url, { home, folder: workspace, signal, wait }) => {
    const kitwright = createKitwright({ plugins: [huggingFace({ fetch, env: { HF_ENDPOINT: url }, wait })], home });
    const request = { location: 'org/net', revision: undefined, token: undefined, workspace, signal };
    return await kitwright.capabilities.get('importer', 'hf').open(request, kitwright.contextFor('hf'));
  },
  'the metadata of a root': (url, context) => refreshedTarget({ mirror: url, root }, 'x', context.folder, context),
};

for (const [name, read] of Object.entries(readers))
  test(`an answer of which a byte comes now and then is not waited for: ${name}`, async (t) => {
    await using server = await startServer((_, response) => void response.write('{'));
    await using context = testContext();
    // An hour passes with each look at the clock.
    let hours = 0;
    t.mock.method(process, 'hrtime', () => [3600 * hours++, 0]);
    await assert.rejects(read(server.url, context), /too slowly/);
  });
