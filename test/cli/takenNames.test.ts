import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { runHosted } from '../support/runHosted.ts';

const config = JSON.stringify({ tagTemplate: 'v{n}', kits: { m: { tag: 'registry.example.com/team/prod:v1' } } });

/** A directory of a stranger, beside a store that has a kit of the name which its config gives. */
async function createTaken() {
  const project = createProject({
    Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n',
    a: '1',
    'own/Kitfile': 'manifestVersion: 1.0.0\ncode: [{path: b}]\n',
    'own/b': '1',
    'kitwright.config.json': config,
  });
  const run = async (...args: readonly string[]) => {
    const ended = await runHosted(['--config', project.home, ...args], { cwd: project.directory });
    return { ...ended, digest: /^Model saved: (\S+)$/m.exec(ended.stdout)?.[1] };
  };
  return { project, run, [Symbol.dispose]: () => project[Symbol.dispose]() };
}

for (const command of [
  ['pack', '.'],
  ['pack', '--all'],
])
  test(`a config that is not trusted takes no name from another kit: ${command.join(' ')}`, async () => {
    using taken = await createTaken();
    const { run, project } = taken;
    const own = await run('pack', 'own', '-t', 'registry.example.com/team/prod:v1');
    const refused = await run(...command);
    assert.equal(refused.code, 2);
    assert.match(
      refused.stderr,
      new RegExp(`config-untrusted: The config, .* registry.example.com/team/prod:v1 from another kit, ${own.digest}`),
    );
    assert.match((await run('list')).stdout, new RegExp(`team/prod +v1 .*${own.digest}`));
    assert.equal((await run('--trust', ...command)).code, 0);
    writeFileSync(join(project.directory, 'a'), '2');
    assert.equal((await run('pack', '.', '-t', 'registry.example.com/team/prod:v1')).code, 0, 'the user said it');
  });

test('it gives names that are free, and takes them from its own kits', async () => {
  using taken = await createTaken();
  const { run, project } = taken;
  for (const text of ['1', '1', '2']) {
    writeFileSync(join(project.directory, 'a'), text);
    assert.equal((await run('pack', '.')).code, 0);
  }
  assert.equal((await run('pack', 'own', '-t', 'registry.example.com/team/prod:v1')).code, 0);
  assert.equal((await run('pack', '.')).code, 2, 'it is another kit now');
});

test('who packs the same kit again may not move its name', async () => {
  using taken = await createTaken();
  const { run, project } = taken;
  assert.equal((await run('pack', '.', '-t', 'registry.example.com/team/prod:v1')).code, 0);
  assert.equal((await run('pack', '.')).code, 0);
  writeFileSync(join(project.directory, 'a'), '2');
  assert.equal((await run('pack', '.')).code, 2);
});

test('a watch says so before a training starts', async () => {
  using taken = await createTaken();
  const { run } = taken;
  await run('pack', 'own', '-t', 'registry.example.com/team/prod:v1');
  const { code, stderr, stdout } = await run('watch', '.', '--', process.execPath, '-e', 'console.log("runs")');
  assert.equal(code, 2);
  assert.match(stderr, /config-untrusted/);
  assert.doesNotMatch(stdout, /runs/);
});

test('it says by no template which tags a watch moves', async () => {
  using taken = await createTaken();
  const { stdout, stderr } = await taken.run('config', 'print');
  assert.match(stderr, /not trusted: "tagTemplate" is not followed/);
  assert.doesNotMatch(stdout, /v\{n\}/);
});
