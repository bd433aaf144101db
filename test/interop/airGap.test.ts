import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { guideLines } from '../support/guideLines.ts';
import { createKitChain } from '../support/kitChain.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { succeed, treeOf } from './peer.ts';
import { startStick } from './startStick.ts';

const {
  ORAS: oras = '',
  SKOPEO: skopeo = '',
  COSIGN2: cosign2 = '',
  COSIGN3: cosign3 = '',
  UNSHARE: unshare = '',
  EXFAT: exfat = '',
} = process.env;
const chain = await createKitChain();
const { path } = chain;
after(() => chain[Symbol.dispose]());
const run = (command: string, ...args: readonly string[]) => runCli(args, { cwd: path, command });
/** In a network namespace of its own, with nothing in it: not even loopback is up. */
const isolated = (command: string, ...args: readonly string[]) => run(unshare, '-rn', command, ...args);

describe('other tools read an archive', () => {
  it('is saved', async () => {
    await chain.succeed('save', 'team/child:v1', 'team/base:v1', '-o', 'kits.tar');
    await chain.succeed('save', 'team/base:v1', '-o', 'one.tar');
    mkdirSync(join(path, 'layout'));
    succeed(await run('tar', '-xf', 'one.tar', '-C', 'layout'));
  });

  it('oras by full name, and with what is attached to a registry, where cosign verifies it', {
    skip: !oras && 'no oras',
  }, async () => {
    await using registry = await startRegistry();
    const fetched = succeed(await run(oras, 'manifest', 'fetch', '--oci-layout-path', 'kits.tar', 'team/child:v1'));
    assert.match(fetched.stdout, /"layers"/);
    const target = `${registry.host}/team/base:v1`;
    const copying = ['-r', '--from-oci-layout-path', 'kits.tar', '--to-plain-http', 'team/base:v1', target];
    succeed(await run(oras, 'copy', ...copying));
    const found = succeed(await run(oras, 'discover', '--plain-http', '--format', 'json', target));
    assert.match(found.stdout, /sigstore\.bundle/);
    if (cosign3)
      succeed(
        await run(cosign3, 'verify', target, '--key', 'cosign.pub', '--allow-http-registry', '--insecure-ignore-tlog'),
      );
  });

  it('skopeo', { skip: !skopeo && 'no skopeo' }, async () => {
    for (const name of ['team/child:v1', 'team/base:v1'])
      succeed(
        await run(
          skopeo,
          'copy',
          '--insecure-policy',
          `oci-archive:kits.tar:${name}`,
          `dir:${name.replaceAll(/\W/g, '-')}`,
        ),
      );
  });

  for (const [name, cosign] of [
    ['cosign 2', cosign2],
    ['cosign 3', cosign3],
  ] as const)
    it(`${name} verifies it without a network`, { skip: (!cosign || !unshare) && 'no cosign or unshare' }, async () => {
      const args = ['--local-image', 'layout', '--key', 'cosign.pub', '--insecure-ignore-tlog'];
      succeed(await isolated(cosign, 'verify', ...args));
    });
});

describe('across a gap', { skip: !unshare && 'no unshare' }, () => {
  it('the lines of the guide work as they are, the isolated ones without a route, by way of a stick', {
    skip: !exfat && 'no exFAT',
  }, async () => {
    await using registry = await startRegistry();
    const lines = guideLines('air-gap');
    const [bin, medium] = [join(path, 'bin'), join(path, 'medium')];
    for (const folder of [bin, medium]) mkdirSync(folder);
    using _stick = startStick(exfat, medium);
    writeFileSync(join(bin, 'kitwright'), `#!/bin/sh\nexec "${nodePath}" "${cliPath}" "$@"\n`);
    chmodSync(join(bin, 'kitwright'), 0o755);
    const kit = `${registry.host}/team/model`;
    for (const tag of ['v1', 'v2']) {
      chain.write({ 'child/child.bin': `child ${tag}` });
      await chain.succeed('pack', 'project/child', '-t', `${kit}:${tag}`);
      await chain.succeed('sign', `store:${kit}:${tag}`, '--key', 'cosign.key');
      await chain.succeed('push', `${kit}:${tag}`, '--plain-http');
    }
    const env = { KIT: kit, MEDIUM: medium, MODELS: join(path, 'models'), PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const sections = lines.split(/^# (?=Connected|Isolated)/m).filter((section) => section !== '');
    assert.equal(sections.length, 4);
    for (const section of sections) {
      const [title = '', ...commands] = section.split('\n');
      const apart = title.startsWith('Isolated');
      const script = ['-ec', commands.join('\n')];
      const home = { KITWRIGHT_HOME: join(path, apart ? 'apart' : 'home'), KITWRIGHT_PLAIN_HTTP: '1' };
      succeed(
        await runCli(apart ? ['-rn', 'sh', ...script] : script, {
          cwd: path,
          command: apart ? unshare : 'sh',
          env: { ...env, ...home },
        }),
      );
    }
    assert.deepEqual(
      treeOf(join(path, 'models/v2')).map((line) => line.split(' ')[0]),
      ['Kitfile', 'base.bin', 'child.bin'],
    );
    assert.equal(readFileSync(join(path, 'models/v2/child.bin'), 'utf8'), 'child v2');
    assert.equal(readFileSync(join(path, 'models/v1/child.bin'), 'utf8'), 'child v1');
  });

  it('on a stick are archives, layouts, stores and copies for engines', { skip: !exfat && 'no exFAT' }, async () => {
    mkdirSync(join(path, 'stick'));
    using _stick = startStick(exfat, join(path, 'stick'));
    for (const to of ['archive:stick/copied.tar', 'oci:stick/layout'])
      for (const tag of ['v1', 'v2']) await chain.succeed('copy', 'team/base:v1', `${to}:${tag}`);
    await chain.succeed('save', 'team/base:v1', '-o', 'stick/kits.tar', '--split', '100KB');
    const there = (...args: readonly string[]) => run(nodePath, cliPath, '--config', join(path, 'stick/home'), ...args);
    succeed(await there('load', 'stick/kits.tar'));
    succeed(await there('store', 'check'));
    succeed(await there('resolve', 'team/base:v1', '--into', 'stick/models'));
    await chain.succeed('info', 'oci:stick/layout:v2');
    await chain.succeed('info', 'archive:stick/copied.tar:v1');
  });

  it('there is no network in that namespace', async () => {
    await using registry = await startRegistry();
    const asking = ['-e', `await fetch('http://${registry.host}/v2/')`];
    succeed(await run(nodePath, ...asking));
    assert.notEqual((await isolated(nodePath, ...asking)).code, 0);
  });

  it('a diode: two stores that only exchange files hold the same kits in the end', async () => {
    const diode = join(path, 'diode');
    mkdirSync(diode);
    const here = (...args: readonly string[]) => isolated(nodePath, cliPath, '--config', join(path, 'secret'), ...args);
    const sent: string[] = [];
    for (const round of [1, 2, 3]) {
      chain.write({ 'child/child.bin': Buffer.alloc(50_000, String(round)) });
      await chain.succeed('pack', 'project/child', '-t', `team/child:r${round}`);
      const archive = join(diode, `${round}.tar`);
      const since = sent.flatMap((one) => ['--since', one]);
      await chain.succeed('save', `team/child:r${round}`, '-o', archive, '--split', '40KB', ...since);
      sent.push(archive);
      succeed(await here('load', archive));
    }
    for (const round of [1, 2, 3]) {
      const name = `team/child:r${round}`;
      const [ours, theirs] = [await chain.succeed('inspect', name), succeed(await here('inspect', name)).stdout];
      assert.equal(theirs, ours);
      succeed(await here('unpack', name, '-d', `out-${round}`));
    }
    succeed(await here('verify', 'team/base:v1', '--key', 'cosign.pub'));
    assert.match(succeed(await here('store', 'check')).stdout, /./);
  });
});
