import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitChain, type KitChain } from '../support/kitChain.ts';

/** Packs the child, and saves it within an index. */
async function saveIndex({ succeed, run }: KitChain, archive: string): Promise<void> {
  await succeed('pack', 'project/child', '-t', 'team/child:v1');
  await run('index', 'delete', 'team/child:all');
  await succeed('index', 'create', 'team/child:all');
  await succeed('index', 'add', 'team/child:all', 'team/child:v1', '-l', 'size=large');
  await succeed('save', 'team/child:all', '-o', archive);
}

/** Saves two versions of the base, and pins the first one there. */
async function pinBase({ succeed, succeedThere, write }: KitChain): Promise<void> {
  await succeed('save', 'team/base:v1', '-o', 'kits.tar');
  write({ 'base/base.bin': 'newer' });
  await succeed('pack', 'project/base', '-t', 'team/base:v1');
  await succeed('save', 'team/base:v1', '-o', 'newer.tar');
  await succeedThere('load', 'kits.tar');
  await succeedThere('pin', 'team/base:v1');
}

test('a local name that is pinned is not moved by a load', async () => {
  using chain = await createKitChain();
  await pinBase(chain);
  await chain.succeedThere('load', 'kits.tar');
  const { code, stderr } = await chain.there('load', 'newer.tar');
  assert.equal(code, 4, stderr);
  assert.match(stderr, /pin-mismatch: .*team\/base:v1 is pinned to sha256:/);
  const [, hint = ''] = /kitwright (pin \S+)\./.exec(stderr) ?? [];
  await chain.succeedThere(...hint.split(' '));
});

test('nor by a copy or a mirror into the store', async () => {
  using chain = await createKitChain();
  await pinBase(chain);
  const before = await chain.succeedThere('list', '--json');
  const policy = ['from: "archive:newer.tar"', 'to: "store:"', 'kits:', '  - {repository: team/base}'];
  writeFileSync(join(chain.path, 'policy.yaml'), policy.join('\n'));
  for (const words of [
    ['mirror', 'policy.yaml'],
    ['copy', 'archive:newer.tar:team/base:v1', 'store:team/base:v1'],
  ]) {
    const { code, stdout, stderr } = await chain.there(...words);
    assert.notEqual(code, 0);
    assert.match(stderr + stdout, /team\/base:v1 is pinned to sha256:/, words[0]);
  }
  assert.equal(await chain.succeedThere('list', '--json'), before);
});

test('the names of the kits of an index are told, and pins hold for them', async () => {
  using chain = await createKitChain();
  await saveIndex(chain, 'kits.tar');
  const first = await chain.succeedThere('load', 'kits.tar');
  assert.match(first, /^Loaded team\/child:all \(sha256:\w+\)\nLoaded team\/child:v1 \(sha256:\w+\)$/m);
  chain.write({ 'child/child.bin': 'newer' });
  await saveIndex(chain, 'newer.tar');
  await chain.succeedThere('pin', 'team/child:v1');
  const { code, stderr } = await chain.there('load', 'newer.tar');
  assert.equal(code, 4, stderr);
  assert.match(stderr, /pin-mismatch: .*team\/child:v1 is pinned to sha256:/);
  writeFileSync(join(chain.path, 'kit-lock.json'), '{"version":1,"kits":{}}');
  assert.match(
    await chain.succeedThere('load', 'newer.tar'),
    /Loaded team\/child:v1 \(sha256:\w+; it was sha256:\w+\)/,
  );
});

test('a signed index vouches for its kits, and pins hold for them all the same', async () => {
  using chain = await createKitChain();
  await saveIndex(chain, 'unsigned.tar');
  await chain.succeed('sign', 'team/child:all', '--key', 'cosign.key');
  await chain.succeed('save', 'team/child:all', '-o', 'signed.tar');
  writeFileSync(join(chain.path, 'policy.yaml'), 'verify: [{match: "team/**", keys: [cosign.pub]}]\n');
  await chain.succeedThere('load', 'signed.tar', '--policy', 'policy.yaml');
  const pin = { digest: `sha256:${'0'.repeat(64)}`, signers: [], previous: [] };
  const kits = { 'localhost/team/child:v1': pin };
  writeFileSync(join(chain.path, 'kit-lock.json'), JSON.stringify({ version: 1, kits }));
  const { stderr } = await chain.there('load', 'signed.tar', '--policy', 'policy.yaml');
  assert.match(stderr, /pin-mismatch: .*team\/child:v1/);
});

test('another name takes no kit of an index out of the rules for its own', async () => {
  using chain = await createKitChain();
  await saveIndex(chain, 'kits.tar');
  const rule = { match: 'team/**', keys: ['../cosign.pub'] };
  mkdirSync(join(chain.path, 'there'));
  writeFileSync(join(chain.path, 'there/config.json'), JSON.stringify({ verify: [rule] }));
  for (const flags of [[], ['--prefix', 'registry.internal/vendor']]) {
    const { code, stderr } = await chain.there('load', 'kits.tar', ...flags);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /policy-refused: .*team\/child:v1 does not meet the rule/);
  }
});
