import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { bytesOf, openTest, seedKit } from './testing/openTest.ts';

const outside = '93.184.215.14';

const ask = async (namedBy: string | undefined, mirrored = false) => {
  await using registry = await startRegistry();
  seedKit(registry, bytesOf(100));
  const mirrors = () => [{ hosts: [`http://${registry.host}`], capabilities: ['pull', 'resolve'] as const }];
  const given = mirrored ? { namedBy, mirrors } : { namedBy };
  await using repository = openTest(registry, given, { access: 'pull' });
  const found = await repository.target.resolve(`${registry.host}/team/kit`, 'v1').catch(({ code }) => code as string);
  return { found, requests: registry.requests.length };
};

test('a kit from outside does not choose what is asked on this machine', async () => {
  assert.deepEqual(await ask(outside), { found: 'remote-refused', requests: 0 });
});

test('nor does a repository that is imported, of a host outside, or of nobody knows where', async () => {
  for (const namedBy of [`${outside}/`, `${outside}:3000/`, 'repository.invalid/'])
    assert.deepEqual(await ask(namedBy), { found: 'remote-refused', requests: 0 }, namedBy);
});

test('a kit of this machine, or of nobody, may', async () => {
  for (const namedBy of ['127.0.0.1:5000', 'localhost:1', 'localhost/', undefined]) {
    const { found } = await ask(namedBy);
    assert.equal(typeof found === 'object' && found.size > 0, true, namedBy);
  }
});

test('a mirror is the choice of the user', async () => {
  const { found } = await ask(outside, true);
  assert.equal(typeof found === 'object' && found.size > 0, true);
});
