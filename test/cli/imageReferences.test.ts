import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createKitChain } from '../support/kitChain.ts';

test('whose models an image holds besides that of its kit is told', async () => {
  using chain = await createKitChain();
  const { code, stderr } = await chain.run('image', 'team/child:v1', '--type', 'modelcar', '-t', 'oci:images:x');
  assert.equal(code, 0, stderr);
  assert.match(stderr, /holds the model of team\/base:v1 \(sha256:\w+\) too/);
  const alone = await chain.run('image', 'team/base:v1', '--type', 'modelcar', '-t', 'oci:images:y');
  assert.doesNotMatch(alone.stderr, /holds the model of/);
});
