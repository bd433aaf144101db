import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { startRegistry, type TestRegistry } from '@kitwright/testkit';
import { createProject, type Project } from '../support/project.ts';

const secret = Buffer.from('user:secret').toString('base64');

/** The credentials that the other registry received. */
const sent = ({ requests }: TestRegistry): readonly string[] =>
  requests.flatMap(({ headers }) => headers.authorization ?? []);

interface Scene extends AsyncDisposable {
  readonly project: Project;
  readonly own: TestRegistry;
  readonly other: TestRegistry;
  readonly child: string;
  readonly run: (...args: readonly string[]) => ReturnType<Project['run']>;
}

/**
 * A kit at one registry that refers to a base at another one, which asks for a login. The user has credentials for
 * both, and neither kit is in the store.
 */
const createScene = async (auth = true): Promise<Scene> => {
  const own = await startRegistry();
  const other = await startRegistry(auth ? { auth: { scheme: 'basic', username: 'user', password: 'secret' } } : {});
  const base = `${other.host}/team/base:v1`;
  const child = `${own.host}/team/child:v1`;
  const project = createProject({
    Kitfile: `manifestVersion: 1.0.0\nmodel: {path: "${base}", parts: [{path: adapter.bin}]}\n`,
    'adapter.bin': 'a',
  });
  mkdirSync(join(project.path, 'base'));
  writeFileSync(join(project.path, 'base', 'Kitfile'), 'manifestVersion: 1.0.0\nmodel: {path: weights.bin}\n');
  writeFileSync(join(project.path, 'base', 'weights.bin'), 'w');
  const auths = { [own.host]: { auth: secret }, [other.host]: { auth: secret } };
  mkdirSync(project.home, { recursive: true });
  writeFileSync(join(project.home, 'credentials.json'), JSON.stringify({ auths }));
  for (const [directory, name] of [
    ['base', base],
    ['project', child],
  ] as const) {
    const { code, stderr } = await project.run('pack', directory, '-t', name, '--push', '--capture', 'copy');
    assert.equal(code, 0, stderr);
  }
  await project.run('remove', '--all', '--force');
  (other.requests as unknown[]).length = 0;
  return {
    project,
    own,
    other,
    child,
    run: (...args) => project.run(...args),
    [Symbol.asyncDispose]: async () => {
      project[Symbol.dispose]();
      await Promise.all([own[Symbol.asyncDispose](), other[Symbol.asyncDispose]()]);
    },
  };
};

const following = (child: string) => [
  ['unpack', child, '-d', 'out'],
  ['pull', child],
  ['copy', child, 'archive:kits.tar:v1'],
];

test('a registry that only a kit names gets no credentials, and the error says so', async () => {
  await using scene = await createScene();
  for (const args of following(scene.child)) {
    const { stderr } = await scene.run(...args);
    assert.deepEqual(sent(scene.other), [], args[0]);
    assert.match(stderr, /got none of your credentials: only a kit refers to it\./, args[0]);
    assert.match(stderr, new RegExp(`--allow-registry ${scene.other.host}`), args[0]);
  }
  assert.notEqual(scene.other.requests.length, 0);
});

test('one with anonymous access is asked without credentials', async () => {
  await using scene = await createScene(false);
  const { code, stderr } = await scene.run('unpack', scene.child, '-d', 'out');
  assert.equal(code, 0, stderr);
  assert.ok(existsSync(join(scene.project.path, 'out', 'weights.bin')));
  assert.deepEqual(sent(scene.other), []);
});

test('one that the user allows gets them: by a flag, a variable or the user config', async () => {
  await using scene = await createScene();
  const allowed = await scene.run('unpack', scene.child, '-d', 'a', '--allow-registry', scene.other.host);
  assert.equal(allowed.code, 0, allowed.stderr);
  const config = join(scene.project.home, 'config.json');
  writeFileSync(config, JSON.stringify({ allowRegistry: [scene.other.host] }));
  assert.equal((await scene.run('pull', scene.child)).code, 0);
});

test('the config of a project cannot allow any', async () => {
  await using scene = await createScene();
  writeFileSync(
    join(scene.project.path, 'kitwright.config.json'),
    JSON.stringify({ allowRegistry: [scene.other.host] }),
  );
  const { code, stderr } = await scene.run('pack', 'project', '-t', 'x:v1');
  assert.equal(code, 2);
  assert.match(stderr, /config-refused/);
  await scene.run('unpack', scene.child, '-d', 'out');
  assert.deepEqual(sent(scene.other), []);
});

test("packing needs no permission: the references of a Kitfile are the user's own", async () => {
  await using scene = await createScene();
  const { code, stderr } = await scene.run('pack', 'project', '-t', 'mine:v1');
  assert.equal(code, 0, stderr);
  assert.notDeepEqual(sent(scene.other), []);
});

test('nor does one that the Kitfile of an imported repository names, unless the user allows it', async () => {
  await using scene = await createScene();
  const repository = join(scene.project.path, 'team', 'net');
  cpSync(scene.project.directory, repository, { recursive: true });
  const author = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    [...author, 'commit', '-q', '-m', 'x'],
  ])
    execFileSync('git', args, { cwd: repository, stdio: 'ignore' });
  const imported = ['import', pathToFileURL(repository).href, '-t', 'x:v1'] as const;
  const { stderr } = await scene.run(...imported);
  assert.deepEqual(sent(scene.other), []);
  assert.match(stderr, /got none of your credentials/);
  writeFileSync(join(scene.project.home, 'config.json'), JSON.stringify({ allowRegistry: [scene.other.host] }));
  const allowed = await scene.run(...imported);
  assert.equal(allowed.code, 0, allowed.stderr);
});

test('nor does one that is named by a kit of its own, to which another kit leads', async () => {
  await using own = await startRegistry();
  await using other = await startRegistry({
    auth: { scheme: 'bearer', username: 'user', password: 'secret', tokens: { trusts: 'anonymous' } },
  });
  const [base, middle, child] = [`${other.host}/a/base:v1`, `${other.host}/a/middle:v1`, `${own.host}/a/child:v1`];
  const refersTo = (kit: string) => `manifestVersion: 1.0.0\nmodel: {path: "${kit}"}\n`;
  using project = createProject({
    'base/Kitfile': 'manifestVersion: 1.0.0\nmodel: {path: w}\n',
    'base/w': 'w',
    'middle/Kitfile': refersTo(base),
    'child/Kitfile': refersTo(middle),
  });
  for (const [directory, name] of [
    ['base', base],
    ['middle', middle],
    ['child', child],
  ] as const) {
    const { code, stderr } = await project.run('pack', `project/${directory}`, '-t', name, '--push');
    assert.equal(code, 0, stderr);
  }
  await project.run('remove', '--all', '--force');
  (other.requests as unknown[]).length = 0;
  const auths = { [other.host]: { auth: secret } };
  writeFileSync(join(project.home, 'credentials.json'), JSON.stringify({ auths }), { mode: 0o600 });
  assert.equal((await project.run('unpack', child, '-d', 'out')).code, 0);
  assert.ok(existsSync(join(project.path, 'out', 'w')));
  assert.deepEqual(
    sent(other).filter((header) => header.startsWith('Basic')),
    [],
  );
});
