import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import type { OpenContext } from '@kitwright/core/plugin';
import { type TestContext, testContext } from '@kitwright/testkit';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { refreshedTarget } from '../../plugins/cosign/keyless/refreshedTarget.ts';
import { callService } from '../../plugins/cosign/keyless/signing/callService.ts';
import { downloadHubFile } from '../../plugins/huggingface/downloadHubFile.ts';
import { createHubFetch } from '../../plugins/huggingface/hubFetch.ts';
import { huggingFace } from '../../plugins/huggingface/index.ts';
import { createServer } from '../../plugins/importer-mlflow/createServer.ts';
import { downloadArtifact } from '../../plugins/importer-mlflow/downloadArtifact.ts';
import { requestTimestamp } from '../../plugins/notation/timestamps/requestTimestamp.ts';
import { s3 } from '../../plugins/s3/index.ts';
import { createHub } from '../../plugins/target-huggingface/createHub.ts';
import { createBucket } from '../../plugins/target-s3/createBucket.ts';
import { createDav } from '../../plugins/target-webdav/createDav.ts';
import { startBomb } from '../support/startBomb.ts';

interface Given {
  readonly origin: string;
  readonly context: TestContext;
  /** The same context with other variables. */
  readonly withEnv: (env: OpenContext['env']) => OpenContext;
}

const file = { path: 'model.bin', size: 2 ** 32, hash: { algorithm: 'sha256', hex: '0'.repeat(64) } } as const;
const root = Buffer.from(Object.values(seeds)[0]?.['root.json'] ?? '', 'base64');
const placesIn = (folder: string) => ({ path: join(folder, 'file'), partial: join(folder, 'partial') });

/** All that reads answers of servers with `fetch`. */
const readers: Readonly<Record<string, (given: Given) => Promise<unknown>>> = {
  'the list of a hub': async ({ origin, context }) => {
    // The hub and S3 are given a `fetch` that may be any.
    const plugin = huggingFace({ fetch, env: { HF_ENDPOINT: origin }, wait: context.wait });
    const kitwright = createKitwright({ plugins: [plugin], home: context.home });
    const { signal, folder: workspace } = context;
    const request = { location: 'org/net', revision: undefined, token: undefined, workspace, signal };
    return await kitwright.capabilities.get('importer', 'hf').open(request, kitwright.contextFor('hf'));
  },
  'a file of a hub': ({ origin, context: { folder, signal } }) => {
    const options = { fetch, env: {} };
    const send = createHubFetch(options, new URL(origin), undefined, signal);
    const download = { file, url: `${origin}/x`, ...placesIn(folder), onBytes: () => undefined };
    return downloadHubFile(download, send, options, signal);
  },
  'a hub to export to': async ({ origin, withEnv }) =>
    (await createHub(withEnv({ HF_ENDPOINT: origin }), undefined)).ask('/api/x'),
  'the API of MLflow': async ({ origin, withEnv, context: { signal } }) =>
    (await createServer(withEnv({ MLFLOW_TRACKING_URI: origin }), undefined, signal)).ask('x'),
  'a file of MLflow': async ({ origin, withEnv, context: { folder, signal, wait } }) => {
    const { host, send } = await createServer(withEnv({ MLFLOW_TRACKING_URI: origin }), undefined, signal);
    const download = { file, host, ...placesIn(folder), onBytes: () => undefined, signal, wait };
    return await downloadArtifact({ ...download, send: (headers) => send('/x', { headers, signal }) });
  },
  'an object of a dataset': async ({ origin, context: { wait, signal } }) => {
    const { capabilities } = createKitwright({ plugins: [s3({ fetch, env: { S3_API_ENDPOINT: origin }, wait })] });
    for await (const _ of capabilities.get('remoteData', 's3').fetch('s3://bucket/x', 'e', signal));
  },
  'an object of a bucket': ({ origin, withEnv }) =>
    createBucket('bucket', '', withEnv({ AWS_ENDPOINT_URL_S3: origin })).send({ method: 'GET', key: 'x' }),
  'a WebDAV server': ({ origin, context }) => createDav(new URL(`${origin}/`), context).send('GET', 'x', [200]),
  'the metadata of a root': ({ origin, context }) =>
    refreshedTarget({ mirror: origin, root }, 'x', context.folder, context),
  'a service of Sigstore': ({ origin, context }) => callService({ service: 'Rekor', url: origin }, context),
  'a timestamp authority': ({ origin, context }) => requestTimestamp(origin, Buffer.from('x'), context),
};

/** Bytes in files below a folder. */
function bytesIn(folder: string): number {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path));
  return paths.reduce((sum, path) => sum + (statSync(path).isFile() ? readFileSync(path).byteLength : 0), 0);
}

for (const [name, read] of Object.entries(readers))
  test(`a few bytes become no gigabytes: ${name}`, async () => {
    await using server = await startBomb();
    await using context = testContext();
    const withEnv = (env: OpenContext['env']) => ({ ...context, env: { HOME: context.home, ...env } });
    const before = bytesIn(context.folder);
    await assert.rejects(read({ origin: server.origin, context, withEnv }), /encoding that was not requested/);
    assert.deepEqual([...new Set(server.asked)], ['identity']);
    assert.ok(bytesIn(context.folder) - before < 100_000);
  });
