import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { guideLines } from '../support/guideLines.ts';
import { createProject, type Project } from '../support/project.ts';
import { pushOllamaModel } from '../support/pushOllamaModel.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { startDistribution } from './distribution.ts';
import { succeed, treeOf } from './peer.ts';

const { REGISTRY3: binary = '', DOCKER_MODEL: docker = '' } = process.env;

/** A GGUF file without tensors: magic, version 3, no tensors, one text of metadata. */
const gguf = (architecture: string): Buffer => {
  const text = (value: string) => {
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(Buffer.byteLength(value)));
    return Buffer.concat([size, Buffer.from(value)]);
  };
  const [head, type] = [Buffer.alloc(24), Buffer.alloc(4)];
  head.write('GGUF');
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(1n, 16);
  type.writeUInt32LE(8);
  return Buffer.concat([head, text('general.architecture'), type, text(architecture)]);
};

/** One tensor of bytes. */
const safetensors = (size: number): Buffer => {
  const header = Buffer.from(JSON.stringify({ w: { dtype: 'U8', shape: [size], data_offsets: [0, size] } }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, randomBytes(size)]);
};

const write = (folder: string, files: Readonly<Record<string, string | Buffer>>): void => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
};

const withRegistry = async (use: (project: Project, host: string) => Promise<void>): Promise<void> => {
  using project = createProject({});
  await using registry = await startDistribution(binary, join(project.path, 'registry'));
  await use(project, registry.host);
};

const contentsOf = (path: string) => treeOf(path).filter((entry) => !JSON.stringify(entry).includes('Kitfile'));

describe('models of Docker', { skip: !(binary && docker) && 'docker/model-runner or distribution is not here' }, () => {
  it('of one GGUF file with a licence, a template and a projector (config v0.1)', () =>
    withRegistry(async (project, host) => {
      const at = (name: string) => join(project.path, 'in', name);
      write(join(project.path, 'in'), {
        'smol.gguf': gguf('llama'),
        'terms.txt': 'Use it well',
        'chat.jinja': '{{ messages }}',
        'eyes.mmproj': gguf('clip'),
      });
      const reference = `${host}/ai/smol:1b`;
      const flags = ['-license', at('terms.txt'), '-chat-template', at('chat.jinja'), '-mmproj', at('eyes.mmproj')];
      const args = [...flags, '-context-size', '4096', at('smol.gguf'), reference];
      succeed(await runCli(args, { cwd: project.path, command: docker }));
      const info = succeed(await project.run('info', '-r', reference, '--plain-http')).stdout;
      assert.match(info, /path: smol\.gguf/);
      assert.match(info, /format: gguf/);
      assert.match(info, /architecture: llama/);
      assert.match(info, /context_size: 4096/);
      succeed(await project.run('pull', reference, '--plain-http'));
      succeed(await project.run('unpack', reference, '-d', 'out'));
      for (const name of ['smol.gguf', 'terms.txt', 'chat.jinja', 'eyes.mmproj'])
        assert.ok(readFileSync(join(project.path, 'out', name)).equals(readFileSync(at(name))), name);
      succeed(await project.run('copy', reference, 'oci:layout:v1', '--plain-http'));
      const inspected = succeed(await project.run('inspect', 'oci:layout:v1')).stdout;
      assert.match(inspected, /vnd\.docker\.ai\.model\.config\.v0\.1\+json/);
    }));

  it('of a directory, a layer for each file (config v0.2)', () =>
    withRegistry(async (project, host) => {
      write(join(project.path, 'in'), {
        'config.json': '{"a": 1}',
        'model-00001-of-00002.safetensors': safetensors(9_000_000),
        'model-00002-of-00002.safetensors': safetensors(1000),
        // Not the content of the other: containerd fails at times where it pushes one blob twice at once (its issue 2706).
        'text_encoder/config.json': '{"a": 2}',
        'text_encoder/model.safetensors': safetensors(500),
        'README.md': '# A model',
        LICENSE: 'MIT',
      });
      const reference = `${host}/ai/diffuser:v1`;
      succeed(await runCli([join(project.path, 'in'), reference], { cwd: project.path, command: docker }));
      const inspected = succeed(await project.run('inspect', '-r', reference, '--plain-http')).stdout;
      assert.match(inspected, /vnd\.docker\.ai\.model\.config\.v0\.2\+json/);
      succeed(await project.run('unpack', reference, '-d', 'out', '--plain-http'));
      assert.deepEqual(contentsOf(join(project.path, 'out')), contentsOf(join(project.path, 'in')));
      succeed(await project.run('unpack', reference, '-d', 'docs', '-f', 'docs', '--plain-http'));
      assert.equal(readFileSync(join(project.path, 'docs', 'LICENSE'), 'utf8'), 'MIT');
    }));
});

describe('the guide', { skip: !(binary && docker) && 'docker/model-runner or distribution is not here' }, () => {
  it('its first lines work as they are', () =>
    withRegistry(async (project, host) => {
      write(join(project.path, 'in'), { 'smol.gguf': gguf('llama') });
      const pack = [join(project.path, 'in', 'smol.gguf'), `${host}/ai/smollm2:latest`];
      succeed(await runCli(pack, { cwd: project.path, command: docker }));
      await pushOllamaModel(host, 'library/llama:8b', [{ kind: 'model', bytes: gguf('llama') }]);
      const lines = guideLines('docker-and-ollama');
      const script = lines.replaceAll(/^kitwright /gm, `"${nodePath}" "${cliPath}" `);
      const env = { REGISTRY: host, KITWRIGHT_HOME: join(project.path, 'user'), KITWRIGHT_PLAIN_HTTP: '1' };
      succeed(await runCli(['-ec', script], { cwd: project.path, env, command: 'sh' }));
      assert.ok(readFileSync(join(project.path, 'smollm2', 'smol.gguf')).equals(gguf('llama')));
      assert.ok(readFileSync(join(project.path, 'llama', 'model.gguf')).equals(gguf('llama')));
    }));
});

describe('models of Ollama', { skip: !binary && 'distribution is not here' }, () => {
  it('in a registry: a layer for each kind, and one for each tensor', () =>
    withRegistry(async (project, host) => {
      const model = gguf('llama');
      const kinds = ['template', 'license', 'params', 'system', 'adapter', 'projector', 'messages'];
      const layers = [{ kind: 'model', bytes: model }, ...kinds.map((kind) => ({ kind, bytes: kind }))];
      const digest = await pushOllamaModel(host, 'library/llama:8b', layers);
      assert.match(
        succeed(await project.run('pull', `${host}/library/llama:8b`, '--plain-http')).stdout,
        new RegExp(digest),
      );
      succeed(await project.run('unpack', `${host}/library/llama:8b`, '-d', 'out'));
      assert.ok(readFileSync(join(project.path, 'out', 'model.gguf')).equals(model));
      assert.equal(readFileSync(join(project.path, 'out', 'messages.json'), 'utf8'), 'messages');
      const tensors = Array.from({ length: 200 }, (_, i) => ({
        kind: 'tensor',
        bytes: `${i}`,
        name: `model/layers.${i}.w`,
      }));
      await pushOllamaModel(host, 'library/tensors:v1', tensors, { model_format: 'safetensors' });
      succeed(await project.run('copy', `${host}/library/tensors:v1`, `${host}/copied/tensors:v1`, '--plain-http'));
      succeed(await project.run('unpack', `${host}/copied/tensors:v1`, '-d', 'many', '--plain-http'));
      assert.equal(readFileSync(join(project.path, 'many', 'model', 'layers.199.w.safetensors'), 'utf8'), '199');
    }));
});
