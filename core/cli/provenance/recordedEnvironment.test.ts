import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedEnvironment } from './recordedEnvironment.ts';

const env = { PATH: '/bin', PYTHONHASHSEED: '0', TASK: 'a\nb', WANDB_MODE: 'hf_abcdefghijklmnop', API_TOKEN: 'x' };

test('only usual and named variables are recorded, and what looks like a secret is hidden', () => {
  assert.deepEqual(recordedEnvironment(env, ['TASK', 'WANDB_MODE', 'NOT_THERE']), {
    PYTHONHASHSEED: '0',
    TASK: 'a\\u000ab',
    WANDB_MODE: '***',
  });
});

test('a name that says that it is a secret is refused', () => {
  assert.throws(() => recordedEnvironment(env, ['API_TOKEN']), { code: 'usage' });
});
