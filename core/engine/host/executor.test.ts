import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKitwright } from './createKitwright.ts';
import { definePlugin } from './plugin.ts';

test('an executor runs what it replaces, and the rest stays in this process', async () => {
  const hashed: unknown[] = [];
  const far = definePlugin({
    name: 'far',
    apiVersion: 1,
    apply: ({ register }) => {
      register('executor', {
        id: 'far',
        open: (_, local) => ({
          ...local,
          hash: (job) => {
            hashed.push(job.recipe);
            return local.hash(job);
          },
        }),
      });
    },
  });
  const kitwright = createKitwright({ plugins: [far], executor: 'far', threads: 1 });
  try {
    const recipe = { inline: new Uint8Array(0), pieces: new Float64Array(0), files: [] } as never;
    await kitwright.pool.hash({ recipe } as never).catch(() => undefined);
    assert.deepEqual(hashed, [recipe]);
    assert.equal(kitwright.pool.threads, 1);
  } finally {
    await kitwright.close();
  }
});

test('an unknown executor lists those that there are', () => {
  assert.throws(() => createKitwright({ plugins: [], executor: 'moon' }), {
    code: 'usage',
    message: /Unknown executor "moon"; there are: none/,
  });
});
