import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { guideLines } from '../support/guideLines.ts';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { startFront } from '../support/startFront.ts';
import { startDistribution } from './distribution.ts';
import { kit, kitwright, succeed, treeOf } from './peer.ts';

const { REGISTRY3: binary = '', DOCKER_MODEL: docker = '' } = process.env;
/** One tensor of four bytes. */
const safetensors = Buffer.concat([
  Buffer.from([0x3c, 0, 0, 0, 0, 0, 0, 0]),
  Buffer.from('{"w": {"dtype": "U8", "shape": [4], "data_offsets": [0, 4]}}'.padEnd(0x3c)),
  Buffer.from('abcd'),
]);
const files = {
  Kitfile:
    'manifestVersion: 1.0.0\npackage: {name: x}\nmodel: {path: m.bin, parts: [{path: t.json}]}\ncode: [{path: src}]\ndocs: [{path: README.md}]\n',
  'm.bin': randomBytes(30_000_000),
  't.json': '{}',
  'src/a.py': '1',
  'README.md': 'old card',
};

describe('a kit is amended in a registry', { skip: !binary && 'distribution 3.1 is not here' }, () => {
  for (const [maker, pack, form] of [
    ['kitwright', kitwright, []],
    ['kit', kit, []],
    ['kit as a ModelPack', kit, ['--use-model-pack']],
  ] as const)
    it(`that ${maker} packed; kit 1.15 unpacks the result`, async () => {
      using project = createProject(files);
      await using registry = await startDistribution(binary, join(project.path, 'registry'));
      await using front = await startFront(registry.host);
      const name = `127.0.0.1:${front.port}/team/model:v1`;
      const at = (folder: string) => join(project.path, folder);
      succeed(await pack(project.path, at('maker'), 'pack', 'project', '-t', name, ...form));
      succeed(await pack(project.path, at('maker'), 'push', name, '--plain-http'));
      writeFileSync(at('card.md'), 'new card');
      writeFileSync(at('tokenizer.json'), '{"new": true}');
      const before = front.requests.length;
      const changes = ['-f', 'card.md=README.md', '-f', 'tokenizer.json=t.json', '-f', 'card.md=LIMITS.md'];
      for (const target of ['team/model:v2', 'other/model:v2'])
        await amendTo(project, name, `127.0.0.1:${front.port}/${target}`, changes);
      const read = front.requests.slice(before).filter(({ line }) => /^GET .*\/blobs\//.test(line));
      assert.ok(read.length <= 4, read.map(({ line }) => line).join('\n'));
      for (const target of ['team/model:v2', 'other/model:v2']) {
        const out = at(`out-${target.replace(/\W/g, '-')}`);
        const reference = `127.0.0.1:${front.port}/${target}`;
        succeed(await kit(project.path, at('kit'), 'pull', reference, '--plain-http'));
        succeed(await kit(project.path, at('kit'), 'unpack', reference, '-d', out));
        assert.ok(readFileSync(join(out, 'm.bin')).equals(files['m.bin']));
        for (const [path, text] of [
          ['README.md', 'new card'],
          ['LIMITS.md', 'new card'],
          ['t.json', '{"new": true}'],
          ['src/a.py', '1'],
        ] as const)
          assert.equal(readFileSync(join(out, path), 'utf8'), text);
        succeed(await kitwright(project.path, at('ours'), 'unpack', reference, '-d', `${out}-ours`, '--plain-http'));
        assert.deepEqual(treeOf(`${out}-ours`), treeOf(out));
      }
    });

  it('that Docker packed as a ModelPack, without a Kitfile', {
    skip: !docker && 'docker/model-runner is not here',
  }, async () => {
    using project = createProject({ 'model.safetensors': safetensors, 'README.md': 'old', 'config.json': '{}' });
    await using registry = await startDistribution(binary, join(project.path, 'registry'));
    const name = `${registry.host}/ai/pack:v1`;
    succeed(await runCli(['-format', 'cncf', 'project', name], { cwd: project.path, command: docker }));
    writeFileSync(join(project.path, 'card.md'), 'new');
    const changes = ['-f', 'card.md=README.md', '-f', 'card.md=docs/LIMITS.md', '--description', 'new words'];
    succeed(await project.run('amend', name, ...changes, '--plain-http'));
    succeed(await project.run('unpack', name, '-d', 'out', '--plain-http'));
    const read = (path: string) => readFileSync(join(project.path, 'out', path), 'utf8');
    assert.deepEqual([read('README.md'), read('docs/LIMITS.md'), read('config.json')], ['new', 'new', '{}']);
    const { manifest } = JSON.parse(succeed(await project.run('inspect', '-r', name, '--plain-http')).stdout);
    const url = `http://${registry.host}/v2/ai/pack/blobs/${manifest.config.digest}`;
    const config = JSON.parse(await (await fetch(url)).text());
    assert.equal(config.descriptor.description, 'new words');
    assert.deepEqual(
      config.modelfs.diffIds,
      manifest.layers.map(({ digest }: { digest: string }) => digest),
    );
  });

  it('the lines of the guide work as they are', async () => {
    using project = createProject(files);
    await using registry = await startDistribution(binary, join(project.path, 'registry'));
    const name = `${registry.host}/team/model`;
    for (const tag of ['v1', 'q4']) succeed(await project.run('pack', 'project', '-t', `${name}:${tag}`));
    succeed(await project.run('push', `${name}:v1`, '--plain-http'));
    succeed(await project.run('index', 'create', `${name}:all`));
    succeed(await project.run('index', 'add', `${name}:all`, `${name}:q4`));
    succeed(await project.run('index', 'push', `${name}:all`, '--plain-http'));
    const lines = guideLines('amend');
    const script = lines.replaceAll(/^kitwright /gm, `"${nodePath}" "${cliPath}" `);
    const env = { KIT: name, KITWRIGHT_HOME: join(project.path, 'user'), KITWRIGHT_PLAIN_HTTP: '1' };
    const { stdout } = succeed(await runCli(['-ec', script], { cwd: project.path, env, command: 'sh' }));
    assert.match(stdout, /description: Now with a card/);
    assert.match(stdout, /license: MIT/);
    assert.ok(readFileSync(join(project.path, 'model', 'm.bin')).equals(files['m.bin']));
  });
});

const amendTo = async (project: Project, from: string, to: string, changes: readonly string[]): Promise<void> => {
  const args = ['--json', 'amend', from, ...changes, '--description', 'new words', '-t', to, '--plain-http'];
  const { mounted, existed, bytes } = JSON.parse(succeed(await project.run(...args)).stdout);
  assert.ok(mounted + existed >= 2, `${mounted} mounted, ${existed} there`);
  assert.ok(bytes < 20_000, String(bytes));
};
