import { test } from 'node:test';
import { createKitwright } from '@kitwright/core';
import { testScanner } from '@kitwright/testkit';
import { secrets } from './index.ts';

const { capabilities } = createKitwright({ plugins: [secrets()] });

testScanner(test, () => ({
  scanner: capabilities.get('scanner', 'secrets'),
  // Concatenated, so that no scanner finds this file.
  secrets: [
    ['AKIA', 'Z7QHK3WM5YBN2PDX'].join(''),
    ['hf_', 'QwErTyUiOpAsDfGhJkLzXcVbNmQaZwSxEd'].join(''),
    ['ghp_', 'a8F3kLm29QxZ7rTb5WvC1nYd6HsJ4gPe0uKi'].join(''),
  ],
  name: 'settings.py',
  clean: ['AKIAIOSFODNN7EXAMPLE', 'hf_', `sha256:${'0123456789abcdef'.repeat(4)}`],
  others: ['model.safetensors', 'a.PNG'],
}));
