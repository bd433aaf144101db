import assert from 'node:assert/strict';
import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { exampleLines } from '../support/exampleLines.ts';
import { createProject } from '../support/project.ts';
import { cliPath, nodePath, runCli } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const python = process.env['HATCHLING'] ?? '';
const skip = python ? false : 'there is no Python with hatchling here';

/** What vLLM 0.33 does with a model: plugins are loaded when arguments are made, and the model is read afterwards. */
const double = {
  'vllm/__init__.py': '',
  'vllm/engine/__init__.py': '',
  'vllm/plugins/__init__.py': `
from importlib.metadata import entry_points

loaded = False

def load_general_plugins():
    global loaded
    if loaded:
        return
    loaded = True
    for plugin in entry_points(group="vllm.general_plugins"):
        function = plugin.load()
        function()
        function()
`,
  'vllm/engine/arg_utils.py': `
import dataclasses
from vllm.plugins import load_general_plugins

@dataclasses.dataclass
class EngineArgs:
    model: str
    tokenizer: str = None
    hf_config_path: str = None
    served_model_name: str = None

    def __post_init__(self):
        load_general_plugins()

    def create_model_config(self):
        return {"model": self.model, "tokenizer": self.tokenizer, "served": self.served_model_name}
`,
};

const script = `
import json, os, sys
from vllm.engine.arg_utils import EngineArgs
args = EngineArgs(model=sys.argv[1], tokenizer=sys.argv[2] if len(sys.argv) > 2 else None)
config = args.create_model_config()
print(json.dumps({**config, "files": sorted(os.listdir(config["model"])) if os.path.isdir(config["model"]) else []}))
`;

test('vLLM finds the plugin by its entry point, and gets directories for oci://', { skip }, async () => {
  await using registry = await startRegistry();
  const files = {
    Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: m}\n',
    'm/config.json': '{}',
    'm/model.safetensors': 'weights',
  };
  using project = createProject(files, { KITWRIGHT_PLAIN_HTTP: '1' });
  const reference = `${registry.host}/net:v1`;
  assert.equal((await project.run('pack', 'project', '-t', reference, '--push')).code, 0);
  const site = join(project.path, 'site');
  cpSync(join(projectRoot, 'examples', 'vllm'), join(project.path, 'examples', 'vllm'), { recursive: true });
  for (const [name, text] of Object.entries(double)) {
    mkdirSync(join(site, name, '..'), { recursive: true });
    writeFileSync(join(site, name), text);
  }
  const [bin, program] = [join(project.path, 'bin'), join(project.path, 'bin', 'kitwright')];
  mkdirSync(bin);
  for (const [name, text] of Object.entries({
    kitwright: `exec '${nodePath}' '${cliPath}' --config '${project.home}' "$@"`,
    // What is built with is there; no registry of packages is asked.
    pip: `exec '${python}' -m pip "$@" --quiet --no-deps --no-build-isolation --no-index --target '${site}'`,
    vllm: `test "$1" = serve && exec '${python}' -c '${script}' "$2"`,
  })) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const env = { PYTHONPATH: site, KITWRIGHT_PLAIN_HTTP: '1', PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
    runCli(['-c', script, ...args], {
      cwd: project.path,
      command: python,
      env: { ...env, KITWRIGHT: program, ...more },
    });
  const lines = exampleLines('vllm').map((line) => line.replace('registry.example.com/team/model:v1', reference));
  const served = await runCli(['-ec', lines.join('\n')], { cwd: project.path, command: 'sh', env });
  assert.equal(served.code, 0, served.stderr);
  assert.match(served.stdout, /"files": \["config.json", "model.safetensors"\]/);
  const name = `oci://${reference}`;
  const { code, stdout, stderr } = await run([name, name]);
  assert.equal(code, 0, stderr);
  const config = JSON.parse(stdout) as { readonly model: string; readonly tokenizer: string };
  assert.deepEqual(config, {
    model: config.model,
    tokenizer: config.model,
    served: name,
    files: ['config.json', 'model.safetensors'],
  });
  assert.match((await run(['/models'])).stdout, /"model": "\/models".*"served": null/);
  assert.match((await run([`${name}-gone`])).stderr, /ResolveError: oci:.*was not found/);
  assert.match((await run(['oci://--help'])).stderr, /names no ModelKit/);
  assert.match((await run([name], { KITWRIGHT: 'no-such-program' })).stderr, /cannot be started/);
});
