import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';
import { writeKeyPair } from '../support/writeKeyPair.ts';

const env = { COSIGN_PASSWORD: 'p', KITWRIGHT_PLAIN_HTTP: '1' };

/** A user with two key pairs, `ours` and `theirs`, and a signed and an unsigned kit at a registry. */
async function createSigned(rule: (host: string) => object) {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(await startRegistry());
  const project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' }, env);
  stack.defer(() => project[Symbol.dispose]());
  const { host } = registry;
  for (const pair of ['ours', 'theirs']) await writeKeyPair(project.path, env.COSIGN_PASSWORD, pair);
  await succeed(project, 'pack', 'project', '-t', `${host}/team/signed:v1`, '--push', '--sign', 'ours.key');
  // Another kit: a signature is about a digest, under whatever name.
  project.write({ b: 'plain', Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: b}]\n' });
  await succeed(project, 'pack', 'project', '-t', `${host}/team/plain:v1`, '--push');
  await succeed(project, 'remove', '--all', '--force');
  addFiles(project.home, { 'config.json': JSON.stringify({ verify: [rule(host)] }) });
  const kept = stack.move();
  return { project, host, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

const succeed = async (project: Project, ...args: readonly string[]) => {
  const { code, stdout, stderr } = await project.run(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
};

const refuse = async (project: Project, code: string, ...args: readonly string[]) => {
  const { code: status, stderr } = await project.run(...args);
  assert.equal(status, 4, `${args.join(' ')}: ${stderr}`);
  assert.match(stderr, new RegExp(`^\\[ERROR\\] ${code}: `, 'm'));
  return stderr;
};

test('what no key of the rule signed is not pulled, unpacked, copied or pushed', async () => {
  await using signed = await createSigned((host) => ({ match: `${host}/team/**`, keys: ['../ours.pub'] }));
  const { project, host } = signed;
  const plain = `${host}/team/plain:v1`;
  for (const args of [
    ['pull', plain],
    ['unpack', plain, '-d', 'out'],
    ['copy', plain, 'oci:./layout:v1'],
    ['pull', `registry:${plain}`],
    ['unpack', `registry:${plain}`, '-d', 'out'],
    ['copy', `registry:${plain}`, 'oci:./layout:v1'],
    ['pull', plain.replace(':', ':0')],
  ])
    await refuse(project, 'policy-refused', ...args);
  assert.ok(!existsSync(join(project.path, 'out/b')) && !existsSync(join(project.path, 'layout/index.json')));
  assert.doesNotMatch(await succeed(project, 'list'), /plain/);
  await succeed(project, 'pack', 'project', '-t', 'm:v1');
  await refuse(project, 'policy-refused', 'copy', 'm:v1', `registry:${host}/team/other:v1`);
  const message = await refuse(project, 'policy-refused', 'push', 'm:v1', `${host}/team/other:v1`);
  assert.match(message, /team\/other@sha256:\w+ does not meet the rule for "[^"]+\/team\/\*\*": Nothing attached/);
  assert.match((await project.run('info', '-r', `${host}/team/other:v1`)).stderr, /kit-not-found/);
});

test('what no key of the rule signed is not exported, nor is an index of kits pushed or pulled', async () => {
  const verify = (host: string) => ({ match: `${host}/team/**`, keys: ['../ours.pub'] });
  await using signed = await createSigned(verify);
  const { project, host } = signed;
  const [plain, index] = [`${host}/team/plain:v1`, `${host}/team/plain:all`];
  const rules = { 'config.json': JSON.stringify({ verify: [verify(host)], plugins: ['./mine.mjs'] }) };
  addFiles(project.home, {
    ...rules,
    'mine.mjs': `export default { name: 'mine', apiVersion: 1, apply: ({ register }) => register('exporter', {
      id: 'copy', export: async (request) => [await request.unpack()],
    }) };`,
  });
  for (const name of [plain, `registry:${plain}`])
    await refuse(project, 'policy-refused', 'export', name, 'x', '--to', 'copy');
  await succeed(project, 'export', `${host}/team/signed:v1`, 'x', '--to', 'copy');
  await succeed(project, 'pack', 'project', '-t', plain);
  await succeed(project, 'index', 'create', index);
  await succeed(project, 'index', 'add', index, plain, '-l', 'a=b');
  await refuse(project, 'policy-refused', 'index', 'push', index);
  addFiles(project.home, { 'config.json': '{}' });
  await succeed(project, 'index', 'push', index);
  await succeed(project, 'remove', '--all', '--force');
  addFiles(project.home, rules);
  await refuse(project, 'policy-refused', 'index', 'pull', index);
  assert.doesNotMatch(await succeed(project, 'index', 'list'), /plain/);
});

test('a watch pushes nothing that does not meet the rule, and says so with its status', async () => {
  await using signed = await createSigned((host) => ({ match: `${host}/team/**`, keys: ['../ours.pub'] }));
  const { project, host } = signed;
  const watch = (name: string, ...flags: readonly string[]) =>
    project.run('watch', 'project', '-t', 'run:v1', '--push', `${host}/team/${name}:v1`, ...flags, '--', 'true');
  const { code, stderr } = await watch('plain2');
  assert.equal(code, 4, stderr);
  assert.match(stderr, /policy-refused: .*does not meet the rule/);
  assert.match((await project.run('info', '-r', `${host}/team/plain2:v1`)).stderr, /kit-not-found/);
  assert.equal((await watch('theirs', '--sign', 'theirs.key')).code, 4);
  assert.equal((await watch('ours', '--sign', 'ours.key')).code, 0);
});

test('what the rule demands is pulled, stays verified in the local store, and is unpacked', async () => {
  await using signed = await createSigned((host) => ({ match: `${host}/**`, keys: ['../theirs.pub', '../ours.pub'] }));
  const { project, host } = signed;
  const kit = `${host}/team/signed:v1`;
  await succeed(project, 'pull', kit);
  await succeed(project, 'unpack', kit, '-d', 'out');
  assert.equal(readFileSync(join(project.path, 'out/a'), 'utf8'), 'text');
  assert.match(await succeed(project, 'verify', kit), /Verified sha256:.*team\/signed:v1\)\n {2}rule .*SHA256|sha256/s);
});

test('another key, another form, a missing annotation or attestation do not do', async () => {
  const rules: readonly ((host: string) => object)[] = [
    (host) => ({ match: `${host}/**`, keys: ['../theirs.pub'] }),
    (host) => ({ match: `${host}/**`, keys: ['../ours.pub'], annotations: { stage: 'prod' } }),
    (host) => ({ match: `${host}/**`, keys: ['../ours.pub'], attestations: [{ type: 'slsaprovenance1' }] }),
  ];
  for (const rule of rules) {
    await using signed = await createSigned(rule);
    await refuse(signed.project, 'policy-refused', 'unpack', `${signed.host}/team/signed:v1`, '-d', 'out');
  }
});

test('conditions of an attestation must hold', async () => {
  await using signed = await createSigned((host) => ({
    match: `${host}/**`,
    keys: ['../ours.pub'],
    attestations: [{ type: 'https://example.com/report', conditions: { 'scan.clean': true } }],
  }));
  const { project, host } = signed;
  const kit = `${host}/team/signed:v1`;
  const attest = (clean: boolean) => {
    addFiles(project.path, { 'report.json': JSON.stringify({ scan: { clean } }) });
    const args = ['--type', 'https://example.com/report', '--predicate', 'report.json', '--key', 'ours.key'];
    return succeed(project, 'attest', kit, ...args);
  };
  await attest(false);
  const message = await refuse(project, 'policy-refused', 'verify', kit, '--explain');
  assert.match(message, /not met\n.*counts: .*signature by/s);
  assert.match(message, /refused: .*scan\.clean is false and must be true/);
  await attest(true);
  const stdout = await succeed(project, '--json', 'verify', kit);
  const { rules } = JSON.parse(stdout) as { readonly rules: readonly { readonly signers: readonly string[] }[] };
  assert.equal(rules[0]?.signers.length, 1);
  await succeed(project, 'unpack', kit, '-d', 'out');
});

test('a key that is not there refuses everything', async () => {
  await using signed = await createSigned((host) => ({ match: `${host}/**`, keys: ['nowhere.pub'] }));
  const { code } = await signed.project.run('unpack', `${signed.host}/team/signed:v1`, '-d', 'out');
  assert.notEqual(code, 0);
  assert.ok(!existsSync(join(signed.project.path, 'out/a')));
});

test('a pinned name that moved, or moved back, is refused until it is pinned again', async () => {
  await using registry = await startRegistry();
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'one' }, env);
  const kit = `${registry.host}/team/m:v1`;
  const push = async (text: string) => {
    project.write({ a: text });
    await succeed(project, 'pack', 'project', '-t', kit, '--push');
    await succeed(project, 'remove', kit);
  };
  await push('one');
  assert.match(await succeed(project, 'pin', kit), /Pinned .*m:v1 to sha256:/);
  await succeed(project, 'unpack', kit, '-d', 'out');
  await push('two');
  assert.match(await refuse(project, 'pin-mismatch', 'unpack', kit, '-d', 'out2'), /has moved to sha256/);
  await refuse(project, 'pin-mismatch', 'pull', kit);
  assert.match(await succeed(project, 'pin', kit), /moved from sha256:\w+ to sha256/);
  await succeed(project, 'unpack', kit, '-d', 'out2');
  await push('one');
  assert.match(await refuse(project, 'pin-mismatch', 'pull', kit), /has moved back to sha256/);
  addFiles(project.path, { 'kit-lock.json': '{' });
  const broken = await project.run('pull', kit);
  assert.match(broken.stderr, /config-invalid: kit-lock\.json cannot be read as JSON/);
});

test('what a signed kit refers to by a tag must meet its rule too, wherever it is; a digest needs nothing', async () => {
  await using signed = await createSigned((host) => ({ match: `${host}/team/**`, keys: ['../ours.pub'] }));
  const { project, host } = signed;
  const [base, child] = [`${host}/other/base:v1`, `${host}/team/child:v1`];
  project.write({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: b}\n' });
  const packed = await succeed(project, 'pack', 'project', '-t', base, '--push');
  const pack = async (model: string) => {
    project.write({ Kitfile: `manifestVersion: 1.0.0\nmodel: {path: "${model}"}\ncode: [{path: a}]\n` });
    await succeed(project, 'pack', 'project', '-t', child, '--push', '--sign', 'ours.key');
  };
  await pack(base);
  for (const place of ['here', 'at the registry']) {
    const text = await refuse(project, 'policy-refused', 'unpack', child, '-d', 'out');
    assert.match(text, /other\/base:v1 does not meet the rule for .*hint: A kit to which another one refers/s, place);
    await refuse(project, 'policy-refused', 'resolve', child);
    for (const command of ['unpack', 'resolve', 'image'])
      await refuse(
        project,
        'policy-refused',
        command,
        `registry:${child}`,
        ...(command === 'image' ? ['-t', 'oci:i:x'] : []),
      );
    await succeed(project, 'remove', '--all', '--force');
  }
  assert.ok(!existsSync(join(project.path, 'out/b')));
  await pack(base.replace(':v1', `@${/Model saved: (\S+)/.exec(packed)?.[1]}`));
  await succeed(project, 'unpack', child, '-d', 'out');
  assert.ok(existsSync(join(project.path, 'out/b')));
  await pack(base);
  await succeed(project, 'sign', base, '--key', 'ours.key');
  await succeed(project, 'unpack', child, '-d', 'again');
});
