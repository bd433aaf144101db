import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createKitChain, type KitChain } from '../support/kitChain.ts';
import { runCli } from '../support/runCli.ts';

const listed = async ({ succeedThere }: KitChain) =>
  (await succeedThere('list', '--format', '{{.Repo}}{{range .Tags}}:{{.}}{{end}}')).trim().split('\n').sort().join(' ');

test('kits are loaded under their names, with what is attached, and can be used', async () => {
  using chain = await createKitChain();
  await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar');
  const stdout = await chain.succeedThere('load', 'kits.tar');
  assert.match(
    stdout,
    /^Loaded team\/base:v1 \(sha256:\w+\)\nLoaded team\/child:v1 \(sha256:\w+\)\nLoaded what .*: 2\n/,
  );
  assert.equal(await listed(chain), 'team/base:v1 team/child:v1');
  await chain.succeedThere('verify', 'team/base:v1', '--key', 'cosign.pub');
  await chain.succeedThere('unpack', 'team/child:v1', '-d', 'out');
  assert.equal(readFileSync(join(chain.path, 'out/base.bin'), 'latin1'), 'b'.repeat(300_000));
  const again = JSON.parse(await chain.succeedThere('--json', 'load', 'kits.tar'));
  assert.deepEqual([again.copied, again.bytes], [0, 0]);
});

test('an index is loaded with its kits, which are found by their labels', async () => {
  using chain = await createKitChain();
  await chain.succeed('index', 'create', 'team/child:all');
  await chain.succeed('index', 'add', 'team/child:all', 'team/child:v1', '-l', 'size=large');
  await chain.succeed('save', 'team/child:all', '-o', 'kits.tar');
  await chain.succeedThere('load', 'kits.tar');
  assert.match(await chain.succeedThere('index', 'info', 'team/child:all'), /size: large/);
  assert.equal(await listed(chain), 'team/base:v1 team/child:v1');
});

test('an archive comes from standard input', async () => {
  using chain = await createKitChain();
  await chain.succeed('save', 'team/base:v1', '-o', 'kits.tar');
  const { code, stderr } = await runCli(['--config', join(chain.path, 'there'), 'load', '-'], {
    cwd: chain.path,
    stdin: readFileSync(join(chain.path, 'kits.tar')),
  });
  assert.equal(code, 0, stderr);
  assert.equal(await listed(chain), 'team/base:v1');
});

test('kits get other names, and a kit to which another one refers keeps its own too', async () => {
  using chain = await createKitChain();
  await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar');
  await chain.succeedThere('load', 'kits.tar', '--prefix', 'registry.internal:5000/vendor');
  const place = 'registry.internal:5000/vendor/team';
  assert.equal(await listed(chain), `${place}/base:v1 ${place}/child:v1 team/base:v1`);
  await chain.succeedThere('remove', '--all', '--force');
  await chain.succeedThere('load', 'kits.tar', '--rename', 'team/child=mine', '--rename', 'team/base:v1=base:stable');
  assert.equal(await listed(chain), 'base:stable mine:v1 team/base:v1');
  const twice = await chain.there('load', 'kits.tar', '--rename', 'team/child=x', '--rename', 'team/base=x');
  assert.equal(twice.code, 2);
  assert.match(twice.stderr, /team\/base:v1 and team\/child:v1 would both be named x:v1/);
});

test('a name that moves is told', async () => {
  using chain = await createKitChain();
  await chain.succeed('save', 'team/base:v1', '-o', 'kits.tar');
  await chain.succeedThere('pack', 'project/child', '-t', 'team/base:v1').catch(() => undefined);
  await chain.succeedThere('load', 'kits.tar');
  chain.write({ 'base/base.bin': 'newer' });
  await chain.succeed('pack', 'project/base', '-t', 'team/base:v1');
  await chain.succeed('save', 'team/base:v1', '-o', 'newer.tar');
  assert.match(await chain.succeedThere('load', 'newer.tar'), /Loaded team\/base:v1 \(sha256:\w+; it was sha256:\w+\)/);
});

test('a policy decides before anything is stored, and refuses names for which it has no rule', async () => {
  using chain = await createKitChain();
  await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar');
  const policy = (rules: string) => writeFileSync(join(chain.path, 'policy.yaml'), `verify:\n${rules}`);
  policy('  - {match: "team/**", keys: [cosign.pub]}\n');
  const unsigned = await chain.there('load', 'kits.tar', '--policy', 'policy.yaml');
  assert.equal(unsigned.code, 4, unsigned.stderr);
  assert.match(unsigned.stderr, /team\/child:v1 does not meet the rule/);
  policy('  - {match: "team/base", keys: [cosign.pub]}\n');
  assert.match((await chain.there('load', 'kits.tar', '--policy', 'policy.yaml')).stderr, /No rule .* team\/child:v1/);
  assert.equal(await listed(chain), '');
  policy('  - {match: "team/**", keys: [cosign.pub]}\n');
  await chain.succeed('sign', 'team/child:v1', '--key', 'cosign.key');
  await chain.succeed('save', 'team/child:v1', '-o', 'kits.tar');
  await chain.succeedThere('load', 'kits.tar', '--policy', 'policy.yaml');
  policy('  - {mach: "team/**"}\n');
  assert.equal((await chain.there('load', 'kits.tar', '--policy', 'policy.yaml')).code, 2);
});
