import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromErrorData, toErrorData } from './errorData.ts';
import { KitwrightError } from './KitwrightError.ts';
import { systemError } from './systemError.ts';

test('an error survives the worker boundary as data', () => {
  const error = new KitwrightError('file-unreadable', 'Cannot read x.', {
    data: { path: 'x' },
    cause: new Error('EACCES'),
  });
  const copy = fromErrorData(JSON.parse(JSON.stringify(toErrorData(error))));
  assert.deepEqual(toErrorData(copy), toErrorData(error));
  assert.equal(copy.exit, 1);
});

test('errors of another copy of the package are recognised by their symbol', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('kitwright.error')]: true });
  assert.ok(foreign instanceof KitwrightError);
  assert.ok(!(new Error('x') instanceof KitwrightError));
});

test('a full disk is reported as such, whatever operation failed', () => {
  const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
  assert.equal(systemError(full, 'store-failed', 'write', 'x').code, 'disk-full');
  assert.equal(systemError(new Error('y'), 'store-failed', 'write', 'x').code, 'store-failed');
});
