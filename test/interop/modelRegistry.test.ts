import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startRegistry } from '@kitwright/testkit';
import { addFiles } from '../support/hostileConfigs.ts';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { projectRoot } from '../support/trackedFiles.ts';
import { succeed } from './peer.ts';
import { freePort, startServer } from './startServer.ts';

const { MODEL_REGISTRY: python = '' } = process.env;
const server = fileURLToPath(new URL('modelRegistryServer.py', import.meta.url));
const plugin = join(projectRoot, 'plugins/exporter-model-registry/dist/index.js');

/** What the client of PyPI reads. */
const client = `import json, sys
from model_registry import ModelRegistry
r = ModelRegistry(sys.argv[1], int(sys.argv[2]), author="reader", is_secure=False, user_token="x")
m, v, a = r.get_registered_model("fraud"), r.get_model_version("fraud", "v1"), r.get_model_artifact("fraud", "v1")
print(json.dumps([m.owner, v.author, v.custom_properties, a.uri, a.model_format_name]))`;

it('a kit becomes a version that the client of PyPI reads, by requests that the OpenAPI document has', {
  skip: !python && 'no model-registry',
}, async () => {
  const port = await freePort();
  await using _server = await startServer(python, [server, String(port)], port);
  await using registry = await startRegistry();
  const kitfile = 'manifestVersion: 1.0.0\npackage: {authors: [Ann], license: MIT}\nmodel: {path: m, format: onnx}\n';
  using project = createProject({ Kitfile: kitfile, m: 'weights' }, { MODEL_REGISTRY_URL: `http://127.0.0.1:${port}` });
  addFiles(project.home, { 'config.json': JSON.stringify({ plugins: [plugin] }) });
  const kit = `${registry.host}/team/fraud:v1`;
  succeed(await project.run('pack', 'project', '-t', kit, '--push'));
  const { digest } = JSON.parse(succeed(await project.run('inspect', kit)).stdout);
  const uri = `oci://${registry.host}/team/fraud@${digest}`;
  const args = ['export', kit, 'fraud', '--to', 'model-registry', '--option', 'property.stage=prod'];
  const first = succeed(await project.run(...args));
  assert.ok(first.stdout.includes(`Made the registered model fraud\nfraud v1 is ${uri}`), first.stdout);
  assert.ok(succeed(await project.run(...args)).stdout.includes(`fraud v1 was already ${uri}`));
  const read = ['-W', 'ignore', '-c', client, 'http://127.0.0.1', String(port)];
  const { stdout } = succeed(await runCli(read, { cwd: project.path, command: python }));
  const properties = { 'kit.digest': digest, 'kit.reference': kit, license: 'MIT', stage: 'prod' };
  assert.deepEqual(JSON.parse(stdout), ['Ann', 'Ann', properties, uri, 'onnx']);

  project.write({ m: 'other weights' });
  succeed(await project.run('pack', 'project', '-t', kit, '--push'));
  const changed = await project.run(...args);
  assert.notEqual(changed.code, 0);
  assert.match(changed.stderr, /remote-refused: fraud v1 is oci:.*, not this kit/);
});
