import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import type { OpenContext } from '@kitwright/core/plugin';
import { testImporter } from '@kitwright/testkit';
import importerMlflow from './index.ts';
import { root, startMlflow } from './testing/startMlflow.ts';

const files = { 'model.bin': 'weights '.repeat(50_000), 'docs/a b.md': 'read me', empty: '' };

testImporter(test, async (context) => {
  const mlflow = await startMlflow(files);
  const env = { MLFLOW_TRACKING_URI: await context.through(mlflow.url) };
  const kitwright = createKitwright({ plugins: [importerMlflow({ wait: context.wait })], threads: 1 });
  const importer = kitwright.capabilities.get('importer', 'mlflow');
  const withServer = (given: OpenContext): OpenContext => Object.create(given, { env: { value: env } });
  return {
    importer: { ...importer, open: (request, given) => importer.open(request, withServer(given)) },
    location: 'models:/net/1',
    files,
    token: context.secret,
    missing: 'models:/net/2',
    others: ['owner/name', 'https://git.example.com/owner/name', 'git@example.com:owner/name', 'models/net'],
    hostile: (path) => {
      const listed = { files: [{ path, is_dir: false, file_size: 1 }] };
      mlflow.answers.set(`mlflow-artifacts/artifacts?path=${encodeURIComponent(root)}`, listed);
      return 'models:/net/1';
    },
    dispose: async () => {
      await kitwright.close();
      await mlflow[Symbol.asyncDispose]();
    },
  };
});
