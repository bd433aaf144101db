import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitChain } from '../support/kitChain.ts';

test('an archive since another one holds only what the other side lacks, and is loaded there', async () => {
  using chain = await createKitChain();
  const sizeOf = (name: string) => statSync(join(chain.path, name)).size;
  await chain.succeed('save', 'team/child:v1', '-o', 'one.tar');
  chain.write({ 'child/child.bin': Buffer.alloc(200_000, 'C') });
  await chain.succeed('pack', 'project/child', '-t', 'team/child:v2');
  const stdout = await chain.succeed('save', 'team/child:v2', '-o', 'two.tar', '--since', 'one.tar');
  assert.match(stdout, /Left out what the other side has: \d+ blobs, 29\d\.\d KiB/);
  assert.ok(sizeOf('two.tar') < 230_000, String(sizeOf('two.tar')));

  const early = await chain.there('load', 'two.tar');
  assert.equal(early.code, 1);
  assert.match(early.stderr, /archive-incomplete: team\/base:v1 needs sha256:\w+, which is not in the archive/);
  await chain.succeedThere('load', 'one.tar');
  await chain.succeedThere('load', 'two.tar');
  await chain.succeedThere('unpack', 'team/child:v2', '-d', 'out');

  // What an archive leaves out, the other side has too.
  await chain.succeed('save', 'team/child:v2', '-o', 'three.tar', '--since', 'two.tar');
  assert.ok(sizeOf('three.tar') < 30_000, String(sizeOf('three.tar')));
  await chain.succeedThere('load', 'three.tar');
});

test('it is since a kit too, and a mistyped name is no kit', async () => {
  using chain = await createKitChain();
  await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar', '--since', 'team/base:v1');
  const { size, omitted } = JSON.parse(
    await chain.succeed('--json', 'save', 'team/child:v1', '-o', 'kits.tar', '--since', 'team/base:v1'),
  );
  assert.ok(size < 230_000 && omitted.bytes >= 300_000, JSON.stringify({ size, omitted }));
  const { code, stderr } = await chain.run('save', 'team/child:v1', '-o', 'x.tar', '--since', 'no.tar');
  assert.equal(code, 1, stderr);
  assert.match(stderr, /kit-not-found/);
});
