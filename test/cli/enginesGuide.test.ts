import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { guideLines } from '../support/guideLines.ts';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';

const programs = {
  kitwright: `exec '${nodePath}' '${cliPath}' "$@"`,
  vllm: 'test "$1" = serve && test -f "$2/config.json" && echo "$2" > vllm.path',
  'llama-server': 'test "$1" = -m && test -f "$2" && echo "$2" > llama.path',
  ollama: 'test "$*" = "create net -f Modelfile" && sed -n "s/^FROM //p" Modelfile > ollama.path',
};

test('the lines of the guide for engines work as they are', { skip: process.platform === 'win32' }, async () => {
  await using registry = await startRegistry();
  const env = { KITWRIGHT_PLAIN_HTTP: '1' };
  using project = createProject(
    { Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n', 'm/config.json': '{}', 'm/a.safetensors': 'w' },
    env,
  );
  const [kit, gguf] = [`${registry.host}/team/net`, `${registry.host}/team/net-gguf`];
  await project.run('pack', 'project', '-t', `${kit}:v1`, '--push');
  project.write({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.gguf}\n', 'net.gguf': 'GGUF' });
  await project.run('pack', 'project', '-t', `${gguf}:v1`, '--push');
  const bin = join(project.path, 'bin');
  mkdirSync(bin);
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const variables = { KIT: kit, GGUF: gguf, KITWRIGHT_HOME: project.home, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { code, stderr, stdout } = await runCli(['-ec', guideLines('engines')], {
    cwd: project.path,
    command: 'sh',
    env: { ...env, ...variables },
  });
  assert.equal(code, 0, stderr);
  const text = (name: string) => readFileSync(join(project.path, name), 'utf8').trim();
  assert.match(text('vllm.path'), /\/kit\/m$/);
  assert.match(text('llama.path'), /\/net\.gguf$/);
  assert.equal(text('ollama.path'), text('llama.path'));
  const { format, path } = JSON.parse(text('model.json')) as Record<string, string>;
  assert.deepEqual([format, path], ['safetensors', text('vllm.path')]);
  assert.match(stdout, /Kept .*a running process uses it/, 'the shell of these lines still runs');
  assert.ok(existsSync(text('llama.path')));
});
