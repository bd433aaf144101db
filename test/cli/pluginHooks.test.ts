import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject, type Project } from '../support/project.ts';

/** Writes down every hook that is called; refuses what VETO names. */
const recorder = `
import { appendFileSync } from 'node:fs';
const note = (text) => appendFileSync(process.env.NOTES, text + '\\n');
const hooksOfRun = ['beforePush', 'pushed', 'beforePull', 'pulled', 'beforeUnpack', 'unpacked'];
export default {
  name: 'recorder',
  apiVersion: 1,
  apply({ hooks, capabilities }) {
    hooks.configure.tap(({ plugins, executor, threads }) =>
      note(['configure', plugins.includes('recorder'), executor, threads > 0, capabilities.all('target').length > 2].join(' ')));
    hooks.watchChange.tap(({ paths, count }) => note('watchChange ' + count + ' ' + paths.join()));
    hooks.build.tap(({ hooks }) => {
      for (const name of hooksOfRun)
        hooks[name].tap(async (value) => {
          note([name, value.repository ?? value.filters.join(), value.source ?? value.target ?? ''].join(' ').trim());
          if (value.destination) note('holds it: ' + await value.destination.exists(value.root));
          if (process.env.VETO === name) throw Object.assign(new Error('not today'));
        });
    });
  },
};
`;

function createRecorded(env: Readonly<Record<string, string>> = {}) {
  const project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' },
    { ...env, NOTES: 'notes' },
  );
  addFiles(project.home, { 'config.json': '{"plugins": ["./recorder.mjs"]}', 'recorder.mjs': recorder });
  return { project, notes: () => readFileSync(join(project.path, 'notes'), 'utf8').split('\n') };
}

const succeed = async (project: Project, ...args: readonly string[]) => {
  const { code, stderr, stdout } = await project.run(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return { stderr, stdout };
};

test('configure, push, pull and unpack call their hooks, in this order', async () => {
  const { project, notes } = createRecorded();
  using _ = project;
  await succeed(project, 'pack', 'project', '-t', 'm:v1');
  await succeed(project, 'push', 'm:v1', 'oci:./layout:v1');
  await succeed(project, 'pull', 'oci:./layout:v1');
  await succeed(project, 'unpack', 'm:v1', '-d', 'out', '-f', 'code');
  const lines = notes().filter((line) => line !== '' && !line.startsWith('configure'));
  assert.match(notes()[0] ?? '', /^configure true threads true true$/);
  assert.deepEqual(
    lines.map((line) => line.split(' ')[0]),
    ['beforePush', 'pushed', 'holds', 'beforePull', 'pulled', 'beforeUnpack', 'unpacked'],
  );
  assert.ok(lines.includes('holds it: true'));
  assert.ok(lines.includes('beforeUnpack code'));
});

for (const [hook, args, left] of [
  ['beforePush', ['push', 'm:v1', 'oci:./layout:v1'], 'layout/blobs'],
  ['beforeUnpack', ['unpack', 'm:v1', '-d', 'out'], 'out/a'],
] as const)
  test(`${hook} can refuse, before anything is written`, async () => {
    const { project } = createRecorded({ VETO: hook });
    using _ = project;
    await succeed(project, 'pack', 'project', '-t', 'm:v1');
    const { code, stderr } = await project.run(...args);
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`plugin-failed: The plugin recorder failed in ${hook}: not today`));
    assert.ok(!existsSync(join(project.path, left)));
  });

test('watchChange names what changed', async () => {
  const { project, notes } = createRecorded();
  using _ = project;
  await succeed(project, 'watch', 'project', '-t', 'm:v1', '--quiet', '0', '--', 'sh', '-c', 'echo more > project/a');
  assert.ok(notes().some((line) => /^watchChange \d+ .*a/.test(line)));
});

test('--timing says how long plugins took', async () => {
  const { project } = createRecorded();
  using _ = project;
  const { stderr } = await succeed(project, '--timing', 'pack', 'project', '-t', 'm:v1');
  assert.match(stderr, /^PLUGIN +WHAT +CALLS +MS$/m);
  assert.match(stderr, /^recorder +configure +1 +\d+\.\d$/m);
  assert.match(stderr, /^@kitwright\/layer-types +layerType tar\.recipe +1 +\d/m);
});
