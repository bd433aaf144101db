import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOfName } from './progressOfName.ts';

test('names of Lightning give step and metrics', () => {
  assert.deepEqual(progressOfName('epoch=3-step=120.ckpt'), { step: 120, metrics: { epoch: 3 } });
  assert.deepEqual(progressOfName('run-step=7-val_loss=0.34-v1.ckpt'), { step: 7, metrics: { val_loss: 0.34 } });
  assert.deepEqual(progressOfName('step=7-loss=-1.5e-05.ckpt'), { step: 7, metrics: { loss: -1.5e-5 } });
  assert.deepEqual(progressOfName('step=7-loss=nan.ckpt'), { step: 7, metrics: { loss: Number.NaN } });
});

test('other names give nothing', () => {
  for (const name of ['last.ckpt', 'epoch=3.ckpt', 'step=1.5.ckpt', 'step=x.ckpt', 'a'.repeat(100_000)])
    assert.equal(progressOfName(name), undefined, name.slice(0, 20));
});
