import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';
import { runTektonTask } from '../support/tektonTask.ts';

const files = {
  Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\ndocs: [{path: notes.md}]\n',
  'net.bin': 'weights',
  'notes.md': 'notes',
};

const createWorkspace = () => {
  const project = createProject(files);
  const out = join(project.path, 'out');
  mkdirSync(out);
  return {
    ...project,
    out,
    push: (params: Readonly<Record<string, string>>, more: Readonly<Record<string, string>> = {}) =>
      runTektonTask(project.path, 'push-task', params, { source: project.directory, ...more }),
    unpack: (params: Readonly<Record<string, string>>) =>
      runTektonTask(project.path, 'unpack-task', params, { source: out }),
  };
};

describe('the tasks of Tekton', () => {
  it('push and unpack, with the results that Chains looks for', async () => {
    await using registry = await startRegistry();
    using desk = createWorkspace();
    const name = `${registry.host}/team/net`;
    const pushed = await desk.push({ reference: `${name}:v1,latest` });
    assert.equal(pushed.code, 0, pushed.stderr);
    const { KIT_ARTIFACT_DIGEST: digest = '' } = pushed.results;
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(pushed.results, {
      KIT_ARTIFACT_URI: name,
      KIT_ARTIFACT_DIGEST: digest,
      IMAGES: `${name}@${digest}`,
    });
    for (const reference of [`${name}:latest`, `${name}@${digest}`]) {
      const unpacked = await desk.unpack({ reference, directory: digest.slice(7, 12) + reference.length });
      assert.equal(unpacked.code, 0, unpacked.stderr);
      assert.deepEqual(JSON.parse(unpacked.results['KIT_ARTIFACT_INPUTS'] ?? ''), { uri: name, digest });
    }
    const some = await desk.unpack({ reference: `${name}:v1`, directory: "it's $(touch bad)", filter: 'model' });
    assert.equal(some.code, 0, some.stderr);
    assert.deepEqual(readdirSync(join(desk.out, "it's $(touch bad)")), ['net.bin']);
    assert.ok(!existsSync(join(desk.out, 'bad')));
  });

  it('use the login of a bound workspace', async () => {
    const auth = { scheme: 'basic', username: 'ann', password: 's3cret' } as const;
    await using registry = await startRegistry({ auth });
    using desk = createWorkspace();
    const reference = `${registry.host}/net:v1`;
    const refused = await desk.push({ reference });
    assert.notEqual(refused.code, 0);
    assert.match(refused.stderr, /unauthorized/);
    assert.deepEqual(refused.results, {});
    const login = join(desk.path, 'login');
    mkdirSync(login);
    const basic = Buffer.from('ann:s3cret').toString('base64');
    writeFileSync(join(login, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth: basic } } }));
    assert.equal((await desk.push({ reference }, { 'docker-config': login })).code, 0);
  });

  it('fail without results where kitwright fails', async () => {
    await using registry = await startRegistry();
    using desk = createWorkspace();
    for (const [reference, reason] of [
      [`${registry.host}/net:v1`, /kit-not-found/],
      ['--config=x', /reference-invalid/],
      [`${registry.host}/n"et:v1`, /reference-invalid/],
    ] as const) {
      const { code, stderr, results } = await desk.unpack({ reference });
      assert.notEqual(code, 0);
      assert.match(stderr, reason);
      assert.deepEqual(results, {});
    }
    const pushed = await desk.push({ reference: 'local-only:v1', directory: '-x' });
    assert.notEqual(pushed.code, 0);
    assert.deepEqual(pushed.results, {});
    assert.equal(readFileSync(join(desk.directory, 'net.bin'), 'utf8'), 'weights');
  });
});
