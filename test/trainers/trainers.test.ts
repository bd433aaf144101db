import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

const script = fileURLToPath(new URL('trainers.py', import.meta.url));
const python = process.env['TRAINERS'] ?? '';
/** The checkpoints that exist when the training has ended: the Trainer itself removes some. */
const frameworks = { huggingface: 2, lightning: 11, torch: 41 };

for (const [name, left] of Object.entries(frameworks)) {
  test(`no kit of a training with ${name} has a torn checkpoint, and the last kit has all remaining ones`, async () => {
    using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config.json': '{}' });
    const flags = ['-t', 'run', '--tag-template', 'run-{n}', '--quiet', '50'];
    const training = [python, script, 'write', name, 'project/m'];
    const watched = await project.run('watch', 'project', ...flags, '--', ...training);
    assert.equal(watched.code, 0, watched.stderr);
    const tags = [...watched.stderr.matchAll(/^kit \d+ .* run:latest run:(run-\d+)/gm)].map(([, tag]) => tag);
    const counts: number[] = [];
    for (const tag of tags) {
      const unpacked = await project.run('unpack', `run:${tag}`, '-d', `out/${tag}`);
      assert.equal(unpacked.code, 0, unpacked.stderr);
      const checked = await runCli([script, 'check', name, `out/${tag}/m`], { cwd: project.path, command: python });
      assert.equal(checked.code, 0, checked.stdout + checked.stderr);
      counts.push(Number(checked.stdout));
    }
    console.log(`${name}: ${tags.length} kits with ${counts.join(', ')} checkpoints`);
    assert.ok(counts.length >= 3, 'no kit was made while it trained');
    assert.equal(counts.at(-1), left);
  });
}
