import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { runGitlabJob } from '../support/gitlabJob.ts';
import { createProject } from '../support/project.ts';

const files = { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: .}]\n', 'train.py': 'print()' };

describe('the template of GitLab', () => {
  it('packs the project, not what it writes itself, and says whether anything changed', async () => {
    await using registry = await startRegistry();
    using project = createProject(files);
    const reference = `${registry.host}/team/net:v1,latest`;
    const first = await runGitlabJob(project.path, project.directory, { reference });
    assert.equal(first.code, 0, first.stderr);
    const { KIT_DIGEST: digest = '' } = first.variables;
    const ref = `${registry.host}/team/net@${digest}`;
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    assert.deepEqual(first.variables, { KIT_DIGEST: digest, KIT_REF: ref, KIT_CHANGED: 'true' });
    assert.equal((await project.run('unpack', ref, '-d', 'out')).code, 0);
    assert.ok(existsSync(join(project.path, 'out', 'train.py')));
    assert.ok(!existsSync(join(project.path, 'out', '.kitwright')));
    assert.equal((await project.run('inspect', '-r', `${registry.host}/team/net:latest`)).code, 0);
    const again = await runGitlabJob(project.path, project.directory, { reference });
    assert.match(again.stdout, /Already saved code layer/, 'The cache is used.');
    assert.deepEqual(again.variables, { KIT_DIGEST: digest, KIT_REF: ref, KIT_CHANGED: 'false' });
  });

  it('takes no store that was checked out, and follows no link to one', async () => {
    await using registry = await startRegistry();
    using project = createProject({ ...files, '.kitwright/store/index.json': 'forged' });
    const reference = `${registry.host}/team/net:v1`;
    execFileSync('git', ['init', '-q'], { cwd: project.directory });
    execFileSync('git', ['add', '-f', '.kitwright'], { cwd: project.directory });
    assert.equal((await runGitlabJob(project.path, project.directory, { reference })).code, 0);
    using other = createProject({ ...files, '../elsewhere/store/mine': '' });
    other.link('../elsewhere', '.kitwright');
    assert.equal((await runGitlabJob(other.path, other.directory, { reference })).code, 0);
    assert.ok(existsSync(join(other.path, 'elsewhere', 'store', 'mine')));
  });

  it('an equal project gives an equal kit, and without a tag it is the latest', async () => {
    await using registry = await startRegistry();
    using project = createProject(files);
    const reference = `${registry.host}/net`;
    const first = await runGitlabJob(project.path, project.directory, { reference });
    using clone = createProject(files);
    const second = await runGitlabJob(clone.path, clone.directory, { reference });
    assert.equal(second.variables['KIT_CHANGED'], 'false', second.stderr);
    assert.equal(second.variables['KIT_REF'], first.variables['KIT_REF']);
    assert.equal((await project.run('inspect', '-r', `${reference}:latest`)).code, 0);
  });

  it('logs in to the registry of the project only, and leaves no login', async () => {
    const auth = { scheme: 'basic', username: 'job', password: 's3cret' } as const;
    await using registry = await startRegistry({ auth });
    using project = createProject(files);
    const job = { CI_REGISTRY: registry.host, CI_REGISTRY_USER: 'job', CI_REGISTRY_PASSWORD: 's3cret' };
    const names = { CI_REGISTRY_IMAGE: `${registry.host}/team/net`, CI_COMMIT_REF_SLUG: 'main' };
    const pushed = await runGitlabJob(project.path, project.directory, {}, { ...job, ...names });
    assert.equal(pushed.code, 0, pushed.stderr);
    assert.deepEqual(readdirSync(join(project.directory, '.kitwright')), ['store']);
    assert.deepEqual(readdirSync(join(project.path, 'scratch')), []);
    const wrong = await runGitlabJob(
      project.path,
      project.directory,
      {},
      { ...job, ...names, CI_REGISTRY_PASSWORD: 'x' },
    );
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.stderr, /unauthorized/);
    const other = { ...job, ...names, CI_REGISTRY: 'registry.example.com' };
    assert.match((await runGitlabJob(project.path, project.directory, {}, other)).stderr, /unauthorized/);
  });

  it('names are words, and a failure is one', async () => {
    using project = createProject(files);
    for (const reference of ['127.0.0.1:1/$(touch bad):v1', 'x;touch bad:v1', '-x:v1', '']) {
      const { code, stderr, variables } = await runGitlabJob(project.path, project.directory, { reference });
      assert.notEqual(code, 0, reference);
      assert.match(stderr, /reference-invalid|usage/);
      assert.deepEqual(variables, {});
    }
    assert.ok(!existsSync(join(project.directory, 'bad')));
  });
});
