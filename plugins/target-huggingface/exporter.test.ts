import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testExporter } from '@kitwright/testkit';
import targetHuggingFace from './index.ts';
import { startHub } from './testing/startHub.ts';

testExporter(test, async (context) => {
  const hub = await startHub({ token: context.secret });
  const { capabilities } = createKitwright({ plugins: [targetHuggingFace({ wait: context.wait })] });
  const env = { HF_ENDPOINT: await context.through(hub.url), HF_TOKEN: context.secret };
  return {
    exporter: capabilities.get('exporter', 'huggingface'),
    destination: 'org/net',
    context: { ...context, env },
    exported: () => Object.fromEntries(hub.filesOf('models/org/net') ?? []),
    state: () => hub.commits.length,
    damage: (path) =>
      hub.put('models/org/net', {
        ...Object.fromEntries(
          [...(hub.filesOf('models/org/net') ?? [])].map(([name, bytes]) => [name, bytes.toString('latin1')]),
        ),
        [path]: 'other',
      }),
    notDestinations: ['net', 'a/b/c', '../a', 'https://example.com/a/b'],
    dispose: async () => hub[Symbol.asyncDispose](),
  };
});
