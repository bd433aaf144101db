import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { parse } from 'yaml';
import { done, startGithubJobs } from '../support/githubJobs.ts';
import { actionFile } from '../support/githubRunner.ts';
import { runCli } from '../support/runCli.ts';
import { startCacheService } from '../support/startCacheService.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const { createJob, ...jobs } = await startGithubJobs();
after(() => jobs[Symbol.asyncDispose]());

describe('action.yml', () => {
  it('has what the step sets, and a version that is the one of the packages', async () => {
    const { version } = await import('@kitwright/core/version');
    assert.equal(String(actionFile.inputs['version']?.default), version);
    assert.equal(actionFile.runs.using, 'node24');
    assert.deepEqual(Object.keys(actionFile.outputs), ['digest', 'ref', 'changed']);
  });
});

it('the examples of the documents name the action and its inputs', () => {
  const documents = ['README.md', 'pipelines/github-action/README.md'].map((path) => read(path));
  const steps = documents.flatMap((text) =>
    [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].flatMap(([, yaml = '']) => stepsIn(parse(yaml) as Workflow)),
  );
  const own = steps.filter(({ uses = '' }) => uses.startsWith('kitwright/'));
  assert.equal(own.length, 2);
  for (const { uses = '', with: given = {} } of own) {
    const [, path = ''] = /^kitwright\/kitwright\/(.+)@main$/.exec(uses) ?? [];
    assert.ok(existsSync(join(projectRoot, path, 'action.yml')), uses);
    for (const name of Object.keys(given)) assert.ok(name in actionFile.inputs, name);
  }
});

interface WorkflowStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

type Workflow =
  | readonly WorkflowStep[]
  | { readonly jobs: Readonly<Record<string, { readonly steps: readonly WorkflowStep[] }>> };

function stepsIn(workflow: Workflow): readonly WorkflowStep[] {
  return 'jobs' in workflow ? Object.values(workflow.jobs).flatMap(({ steps }) => steps) : workflow;
}

function read(path: string): string {
  return readFileSync(join(projectRoot, path), 'utf8');
}

describe('a kit', () => {
  it('is packed, pushed and described; the second time nothing changed', async () => {
    await using registry = await startRegistry();
    using job = createJob();
    const tag = `${registry.host}/team/net:v1,latest`;
    const first = done(await job.step({ tag }));
    const { digest = '', ref = '', changed } = first.outputs;
    assert.match(digest, /^sha256:[0-9a-f]{64}$/);
    assert.equal(ref, `${registry.host}/team/net@${digest}`);
    assert.equal(changed, 'true');
    assert.match(first.summary, /<td>net\.bin<\/td>/);
    assert.ok(first.summary.includes(`kitwright unpack ${ref} -d model`));
    const unpacking = 'kitwright unpack "$1" -d out && cat out/net.bin && kitwright inspect -r "$2"';
    const args = ['-ec', unpacking, 'sh', ref, `${registry.host}/team/net:latest`];
    const unpacked = await runCli(args, { command: 'sh', cwd: job.folder, env: first.env });
    assert.ok(unpacked.stdout.startsWith('Unpacking') && unpacked.stdout.includes('weights'), unpacked.stderr);
    assert.ok(unpacked.stdout.includes(digest));

    job.newJob();
    assert.deepEqual(done(await job.step({ tag })).outputs, { digest, ref, changed: 'false' });
    job.newJob();
    assert.equal(done(await job.step({ tag: `${registry.host}/team/net:v2,latest` })).outputs['changed'], 'true');
    job.write('net.bin', 'other weights');
    const other = done(await job.step({ tag })).outputs;
    assert.equal(other['changed'], 'true');
    assert.notEqual(other['digest'], digest);
  });

  it('is only packed with push: false, and copied into the store', async () => {
    using job = createJob();
    const step = done(await job.step({ tag: 'team/net:v1', push: 'false', directory: '.' }));
    assert.equal(step.outputs['ref'], `team/net@${step.outputs['digest']}`);
    assert.equal(step.outputs['changed'], 'true');
    assert.doesNotMatch(step.summary, /unpack/);
    assert.equal(done(await job.step({ tag: 'team/net:v1', push: 'false' })).outputs['changed'], 'false');
  });

  it('logs in with a password that is masked, not an argument, and gone at the end of the job', async () => {
    await using registry = await startRegistry({ auth: { scheme: 'basic', username: 'ann', password: 's3cret' } });
    using job = createJob();
    const tag = `${registry.host}/team/net:v1`;
    const { code, stdout } = await job.step({ tag });
    assert.equal(code, 1);
    assert.match(stdout, /^::error::unauthorized/m);
    const step = done(await job.step({ tag, password: 's3cret' }));
    assert.equal(
      step.stdout
        .split('\n')
        .filter((line) => line.includes('s3cret'))
        .join(),
      '::add-mask::s3cret',
    );
    assert.ok(existsSync(join(job.temp, 'kitwright', 'credentials.json')));
    assert.equal((await job.end()).code, 0);
    assert.ok(!existsSync(join(job.temp, 'kitwright', 'credentials.json')));
  });

  it('takes back its own login alone in a folder that the workflow chose', async () => {
    await using registry = await startRegistry({ auth: { scheme: 'basic', username: 'ann', password: 's3cret' } });
    using job = createJob();
    const home = join(job.folder, 'own');
    const logins = join(home, 'credentials.json');
    mkdirSync(home);
    writeFileSync(logins, JSON.stringify({ auths: { 'registry.example.com': { auth: 'eDp5' } } }));
    done(await job.step({ tag: `${registry.host}/team/net:v1`, password: 's3cret' }, { KITWRIGHT_HOME: home }));
    assert.ok(readFileSync(logins, 'utf8').includes(registry.host));
    assert.equal((await job.end()).code, 0);
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(logins, 'utf8')).auths), ['registry.example.com']);
  });

  it('packs no other files of the runner to which a link of the repository leads', async () => {
    using job = createJob();
    mkdirSync(join(job.temp, 'logins'));
    writeFileSync(join(job.temp, 'logins', 'Kitfile'), 'manifestVersion: 1.0.0\ncode: [{path: .}]\n');
    symlinkSync(join(job.temp, 'logins'), join(job.workspace, 'linked'));
    const { code, stdout } = await job.step({ tag: 'team/net:v1', push: 'false', directory: 'linked' });
    assert.equal(code, 1);
    assert.match(stdout, /^::error::The input directory \(linked\) leads over a link out of the repository\./m);
  });

  it('gives no input to the programs that it starts', async () => {
    using job = createJob();
    const fake = join(job.folder, 'fake');
    mkdirSync(fake);
    writeFileSync(join(fake, 'npm'), `#!/bin/sh\nenv > ${job.folder}/seen\nexit 1\n`);
    chmodSync(join(fake, 'npm'), 0o755);
    const inputs = { tag: 'net:v1', password: 's3cret', version: 'latest' };
    const { code } = await job.step(inputs, { PATH: `${fake}:/usr/bin:/bin` });
    assert.equal(code, 1);
    assert.doesNotMatch(readFileSync(join(job.folder, 'seen'), 'utf8'), /^INPUT_|s3cret/m);
  });

  it('a mistake in the Kitfile fails the step with what kitwright says', async () => {
    using job = createJob();
    job.write('Kitfile', 'manifestVersion: 1.0.0\nmodel: {path: missing.bin}\n');
    const { code, stdout, outputs } = await job.step({ tag: 'net:v1', push: 'false' });
    assert.equal(code, 1);
    assert.match(stdout, /^::error::[a-z-]+: .*missing\.bin/m);
    assert.deepEqual(outputs, {});
  });
});

describe('hostile text', () => {
  it('in inputs is refused, or is only text', async () => {
    using job = createJob();
    for (const [name, value] of [
      ['tag', 'net:v1\n::add-path::bad'],
      ['directory', '.\r\n::set-output name=digest::bad'],
      ['tag', '--config=elsewhere'],
      ['file', '-x'],
    ] as const) {
      const { code, stdout, outputs } = await job.step({ tag: 'net:v1', push: 'false', [name]: value });
      assert.equal(code, 1);
      assert.match(stdout, new RegExp(`^::error::The input ${name} `, 'm'));
      assert.doesNotMatch(stdout, /^::(?:add-path|set-output)/m);
      assert.deepEqual(outputs, {});
    }
    const { code, stdout } = await job.step({ tag: 'a`$(touch bad);b', push: 'false' });
    assert.equal(code, 1);
    assert.match(stdout, /^::error::reference-invalid/m);
    assert.ok(!existsSync(join(job.workspace, 'bad')));
    assert.equal((await job.step({ push: 'perhaps' })).code, 1);
  });

  it('in names of files is no command of the runner, and no HTML', async () => {
    using job = createJob();
    const name = '::error::<img src=x>&`|';
    job.write('Kitfile', `manifestVersion: 1.0.0\ncode: [{path: ${JSON.stringify(name)}}]\n`);
    job.write(name, 'code');
    const step = done(await job.step({ tag: 'net:v1', push: 'false' }));
    assert.doesNotMatch(step.summary, /<img/);
    assert.match(step.summary, /&#60;img/);
    const lines = step.stdout.split('\n');
    let stopped: string | undefined;
    for (const line of lines) {
      const [, token] = /^::stop-commands::(\S+)$/.exec(line) ?? [];
      if (token) stopped = token;
      else if (line === `::${stopped}::`) stopped = undefined;
      else if (stopped === undefined) assert.match(line, /^(?:::(?:group|endgroup|debug)::|(?!::))/);
    }
  });
});

describe('the cache', () => {
  const service = (url: string) => ({
    ACTIONS_RESULTS_URL: `${url}/`,
    ACTIONS_CACHE_SERVICE_V2: 'True',
    ACTIONS_RUNTIME_TOKEN: 'runtime',
  });

  it('keeps the store, once for a kit, and no login', async () => {
    await using cache = await startCacheService();
    await using registry = await startRegistry();
    using job = createJob(service(cache.url));
    const tag = `${registry.host}/team/net:v1`;
    const { digest = '' } = done(await job.step({ tag })).outputs;
    writeFileSync(join(job.temp, 'kitwright', 'credentials.json'), '{"auths": {}}');
    const ended = await job.end();
    assert.equal(ended.code, 0, ended.stdout);
    assert.equal(cache.entries.size, 1);
    assert.ok([...cache.entries.keys()][0]?.endsWith(digest.slice('sha256:'.length)));

    job.newJob();
    const again = done(await job.step({ tag }));
    assert.match(again.stdout, /Cache restored successfully/);
    const listed = await runCli(['-ec', 'kitwright list'], { command: 'sh', cwd: job.folder, env: again.env });
    assert.match(listed.stdout, /team\/net/);
    assert.ok(!existsSync(join(job.temp, 'kitwright', 'credentials.json')));
    assert.equal((await job.end()).code, 0);
    assert.equal(cache.entries.size, 1);

    job.newJob();
    job.write('net.bin', 'more weights');
    done(await job.step({ tag }));
    assert.equal((await job.end()).code, 0);
    assert.equal(cache.entries.size, 2);
  });

  it('one that is damaged or refuses is named, and nothing else fails', async () => {
    await using cache = await startCacheService();
    using job = createJob(service(cache.url));
    const inputs = { tag: 'team/net:v1', push: 'false' };
    done(await job.step(inputs));
    assert.equal((await job.end()).code, 0);
    const [key = ''] = cache.entries.keys();
    (cache.entries as Map<string, Buffer>).set(key, Buffer.from('no archive at all'));
    job.newJob();
    const { stdout } = done(await job.step(inputs));
    assert.match(stdout, /^::warning::/m);
    job.newJob();
    const refused = done(await job.step(inputs, { ACTIONS_RUNTIME_TOKEN: 'wrong' }));
    assert.match(refused.stdout, /^::warning::/m);
  });

  it('is left alone with cache: false', async () => {
    await using cache = await startCacheService();
    using job = createJob(service(cache.url));
    done(await job.step({ tag: 'team/net:v1', push: 'false', cache: 'false' }));
    assert.equal((await job.end()).code, 0);
    assert.equal(cache.entries.size, 0);
  });
});

it('the file that GitHub runs is what the sources make', async () => {
  const script = join(projectRoot, '.ci', 'action.mjs');
  const { code, stderr } = await runCli(['--check'], {
    cwd: dirname(script),
    commandArgs: [script],
    command: process.execPath,
  });
  assert.equal(code, 0, stderr);
  assert.ok(
    readFileSync(new URL('../../pipelines/github-action/dist/LICENSES', import.meta.url), 'utf8').length > 10_000,
  );
});
