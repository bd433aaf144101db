import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const script = fileURLToPath(new URL('writers.py', import.meta.url));
const checkpoints = 8;
const writers = { 'safetensors 0.7': process.env['WRITER_0_7'], 'safetensors 0.8': process.env['WRITER_0_8'] };

for (const [name, python] of Object.entries(writers)) {
  test(`no kit has a torn checkpoint of ${name} or numpy, and the last kit has the last ones`, {
    skip: python ? false : `${name} is not here`,
  }, async () => {
    using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config.json': '{}' });
    const run = (...args: readonly string[]) =>
      runCli([script, ...args], { cwd: project.path, command: python as string });
    const flags = ['-t', 'run', '--tag-template', 'run-{n}', '--quiet', '50'];
    const writing = [python as string, script, 'write', 'project/m', String(checkpoints)];
    const watched = await project.run('watch', 'project', ...flags, '--', ...writing);
    assert.equal(watched.code, 0, watched.stderr);
    const kits = [...watched.stderr.matchAll(/^kit \d+ .* run:latest run:(run-\d+)/gm)].map(([, tag]) => tag);
    assert.ok(kits.length >= 2, watched.stderr);
    for (const tag of kits) {
      const unpacked = await project.run('unpack', `run:${tag}`, '-d', `out/${tag}`);
      assert.equal(unpacked.code, 0, unpacked.stderr);
      const checked = await run('check', `out/${tag}/m`);
      assert.equal(checked.code, 0, checked.stdout + checked.stderr);
    }
    // Three models and states that stay, and current, sized, latest.
    assert.equal((await run('check', `out/${kits.at(-1)}/m`)).stdout.trim(), '9');
  });
}
