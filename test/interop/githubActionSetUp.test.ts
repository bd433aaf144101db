import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { done, startGithubJobs } from '../support/githubJobs.ts';
import { runCli } from '../support/runCli.ts';

const { createJob, packages, ...jobs } = await startGithubJobs();
after(() => jobs[Symbol.asyncDispose]());

it('without a tag the command is there for later steps, on the Node of the action', async () => {
  using job = createJob({}, true);
  const step = done(await job.step({}));
  assert.deepEqual(step.outputs, {});
  const old = join(job.folder, 'old');
  mkdirSync(old);
  writeFileSync(join(old, 'node'), '#!/bin/sh\necho too old >&2\nexit 1\n');
  chmodSync(join(old, 'node'), 0o755);
  const env = { ...step.env, PATH: `${step.env['PATH']}`.replace(':', `:${old}:`) };
  const said = await runCli(['-ec', 'kitwright pack . -t net:v1; kitwright list'], {
    command: 'sh',
    cwd: job.workspace,
    env,
  });
  assert.match(said.stdout, /net +v1/, said.stderr);
  assert.equal(step.env['KITWRIGHT_HOME'], join(job.temp, 'kitwright'));
});

it('a version is installed once for a machine, from the registry of npm', async () => {
  using job = createJob();
  done(await job.step({}));
  const before = packages.asked.length;
  done(await job.step({}));
  assert.equal(packages.asked.length, before);
  done(await job.step({ version: 'latest' }));
  assert.ok(packages.asked.length > before);
});

it('settings of npm in the repository do not count', async () => {
  using job = createJob({}, true);
  job.write('.npmrc', 'registry=http://127.0.0.1:1/\n');
  done(await job.step({}));
});

it('a version that is not there, and what is none', async () => {
  using job = createJob();
  const missing = await job.step({ version: '99.0.0' });
  assert.equal(missing.code, 1);
  assert.match(missing.stdout, /^::error::npm could not install kitwright 99\.0\.0/m);
  for (const version of ['file:..', '1.0.0 --registry=http://127.0.0.1:1', '../../x', '']) {
    const { code, stdout } = await job.step({ version });
    assert.equal(code, 1, version);
    assert.match(stdout, /^::error::The input version is no version/m);
  }
});
