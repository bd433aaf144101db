import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testImporter } from '@kitwright/testkit';
import { huggingFace } from './index.ts';
import { startHub } from './testing/startHub.ts';

const files = { 'config.json': '{}', 'a dir/ü#1?.txt': 'odd', 'model.safetensors': Buffer.alloc(300_000, 'weights ') };

testImporter(test, async (context) => {
  const hub = await startHub({ files, token: context.secret, largeFrom: 1_000_000 });
  let commits = 0;
  const origin = await context.through(hub.url);
  const options = { fetch: context.fetch, env: { HF_ENDPOINT: origin }, wait: context.wait };
  const { capabilities } = createKitwright({ plugins: [huggingFace(options)] });
  return {
    importer: capabilities.get('importer', 'hf'),
    location: 'org/net',
    files,
    token: context.secret,
    missing: 'org/missing',
    others: ['https://git.example.com/org/net', 'git@example.com:org/net', 's3://bucket/key', 'name', 'a/b\nc'],
    damage: (path) =>
      hub.fault(...Array.from({ length: 9 }, () => ({ at: new RegExp(`resolve/.*${path}`), body: 'damaged' }))),
    move: (moved) => hub.move('d'.repeat(40), moved),
    hostile: (path) => {
      hub.move(String(++commits).padStart(40, 'e'), { [path]: 'evil' });
      return 'org/net';
    },
    dispose: async () => hub[Symbol.asyncDispose](),
  };
});
