import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TransientError } from '@kitwright/core/internal';
import { asKitwrightError, errorText } from './errorText.ts';

test('a connection that was cut, and that nobody tries again, is no defect', () => {
  const cut = new TransientError('The connection of the plugin mlflow failed in list: other side closed');
  const error = asKitwrightError(cut);
  assert.equal(error.code, 'network-failed');
  assert.match(errorText(error, false)[0] ?? '', /network-failed: The connection of the plugin mlflow .* closed\.$/);
});

test('what is not known is one', () => assert.equal(asKitwrightError(new Error('x')).code, 'internal-error'));
