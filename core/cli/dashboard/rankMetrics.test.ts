import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLowerBetter, rankMetrics } from './rankMetrics.ts';

test('losses of evaluations come first, then other evaluations, losses, the rest; timings are folded', () => {
  const names = ['accuracy', 'eval_runtime', 'loss', 'eval_loss', 'epoch', 'val_acc', 'learning_rate', 'grad_norm'];
  assert.deepEqual(rankMetrics(names), {
    first: ['eval_loss', 'val_acc', 'loss', 'accuracy'],
    folded: ['eval_runtime', 'epoch', 'grad_norm', 'learning_rate'],
  });
});

test('losses are better the lower they are, accuracies the higher; what the user said comes first', () => {
  for (const [name, isLower] of [
    ['eval_loss', true],
    ['perplexity', true],
    ['val/mae', true],
    ['accuracy', false],
    ['eval_f1', false],
  ] as const)
    assert.equal(isLowerBetter(name), isLower, name);
  assert.equal(isLowerBetter('score', 'score:min'), true);
  assert.equal(isLowerBetter('my_loss', 'my_loss:max'), false);
});
