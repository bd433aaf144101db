import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutCredentials } from './runGit.ts';

const long = 'A'.repeat(5000);

for (const [given, shown] of [
  [`https://oauth2:${long}@example.com/a/b.git`, 'https://example.com/a/b.git'],
  ['https://u:p@ss@example.com/a/b.git', 'https://example.com/a/b.git'],
  ["fatal: 'https://example.com/a.git?private_token=s3cret' not found", "fatal: 'https://example.com/a.git' not found"],
  ['https://example.com/@scope/a', 'https://example.com/@scope/a'],
  ['git@example.com:a/b.git', 'git@example.com:a/b.git'],
] as const)
  test(`${given.slice(0, 40)} is shown without its secrets`, () => assert.equal(withoutCredentials(given), shown));
