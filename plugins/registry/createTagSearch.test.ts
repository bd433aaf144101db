import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { bytesOf, openTest, seedKit } from './testing/openTest.ts';

const wanted = ['', '.sig', '.att'].map((suffix) => `sha256-${'a'.repeat(64)}${suffix}`);

/** Tags the kit with two of the three, and with others. */
const seed = (registry: TestRegistry, others: number) => {
  const { digest } = seedKit(registry, bytesOf(10));
  const names = Array.from({ length: others }, (_, i) => `v${i}`);
  for (const tag of [...wanted.slice(1), ...names]) registry.content.tags.set(`team/kit ${tag}`, digest);
};

test('one request tells where the registry lists all its tags at once', async () => {
  await using registry = await startRegistry();
  seed(registry, 3);
  await using repository = openTest(registry);
  assert.deepEqual(await repository.target.findTags('', wanted), wanted.slice(1));
  assert.deepEqual(await repository.target.findTags('', wanted.slice(0, 2)), wanted.slice(1, 2));
  assert.equal(registry.requests.length, 1);
});

test('a tag that this target sets is found', async () => {
  await using registry = await startRegistry();
  seed(registry, 3);
  await using repository = openTest(registry);
  await repository.target.findTags('', wanted);
  await repository.target.tag(seedKit(registry, bytesOf(10)), repository.target.name, wanted[0]);
  assert.deepEqual(await repository.target.findTags('', wanted), wanted);
});

test('where there are more pages, or a page that may be cut, each tag is asked for', async () => {
  await using registry = await startRegistry({ pageSize: 50 });
  seed(registry, 60);
  await using repository = openTest(registry);
  assert.deepEqual(await repository.target.findTags('', wanted), wanted.slice(1));
  assert.deepEqual(
    registry.requests.map(({ method }) => method),
    ['GET', 'HEAD', 'HEAD', 'HEAD'],
  );
});

for (const [what, status, body] of [
  ['refused', 403, ''],
  ['no list', 200, '<html>'],
  ['a list of other things', 200, '{"tags":[1]}'],
] as const)
  test(`where the answer is ${what}, each tag is asked for`, async () => {
    await using registry = await startRegistry();
    seed(registry, 3);
    registry.faults.push({ method: 'GET', path: /tags/, action: { kind: 'status', status, body } });
    await using repository = openTest(registry);
    assert.deepEqual(await repository.target.findTags('', wanted), wanted.slice(1));
  });

test('a tag is moved on the condition that it still has the entity tag that was read', async () => {
  await using registry = await startRegistry();
  const kit = seedKit(registry, bytesOf(10));
  registry.content.tags.set('team/kit v1', kit.digest);
  await using repository = openTest(registry);
  const { target } = repository;
  const before = await target.resolve(target.name, 'v1');
  assert.equal(await target.swapTag(kit, target.name, 'v1', before), true);
  assert.equal(registry.requests.at(-1)?.headers['if-match'], `"${kit.digest}"`);
  registry.content.tags.set('team/kit v1', seedKit(registry, bytesOf(20)).digest);
  assert.equal(await target.swapTag(kit, target.name, 'v1', before), false);
});
