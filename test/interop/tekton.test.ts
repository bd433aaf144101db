import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';
import { startRegistry } from '@kitwright/testkit';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';
import { runTektonTask, tektonFile } from '../support/tektonTask.ts';
import { succeed } from './peer.ts';

const { TEKTON: tekton = '' } = process.env;
const skip = tekton ? false : 'no Tekton';

it('Tekton admits the tasks and the pipeline, and sees a mistake', { skip }, async () => {
  using project = createProject({
    'wrong.yaml': 'apiVersion: tekton.dev/v1\nkind: Task\nmetadata: {name: a}\nspec: {step: []}\n',
  });
  const validate = (...files: readonly string[]) =>
    runCli(['validate', ...files], { cwd: project.path, command: tekton });
  succeed(await validate(...['push-task', 'unpack-task', 'pipeline'].map(tektonFile)));
  assert.equal((await validate(join(project.directory, 'wrong.yaml'))).code, 1);
});

it('Chains makes provenance of the kit that was pushed, from the kit and the commit that went in', {
  skip,
}, async () => {
  await using registry = await startRegistry();
  using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: net.bin}\n', 'net.bin': 'weights' });
  const statementOf = async (object: object) => {
    const stdin = JSON.stringify(object);
    return JSON.parse(succeed(await runCli(['provenance'], { cwd: project.path, command: tekton, stdin })).stdout);
  };
  const name = `${registry.host}/team/net`;
  const source = { source: project.directory };
  const params = {
    reference: `${name}:v1`,
    'CHAINS-GIT_URL': 'https://example.com/model.git',
    'CHAINS-GIT_COMMIT': 'c'.repeat(40),
  };
  const pushed = succeed(await runTektonTask(project.path, 'push-task', params, source)) as Awaited<
    ReturnType<typeof runTektonTask>
  >;
  const sha256 = pushed.results['KIT_ARTIFACT_DIGEST']?.slice('sha256:'.length);
  const built = await statementOf(pushed.object);
  assert.equal(built.predicateType, 'https://slsa.dev/provenance/v1');
  assert.deepEqual(built.subject, [{ name, digest: { sha256 } }]);
  assert.deepEqual(built.predicate.buildDefinition.resolvedDependencies, [
    { name: 'inputs/result', uri: 'git+https://example.com/model.git', digest: { sha1: 'c'.repeat(40) } },
  ]);

  const unpacked = await runTektonTask(project.path, 'unpack-task', { reference: `${name}:v1` }, source);
  const used = await statementOf(unpacked.object);
  assert.deepEqual(used.predicate.buildDefinition.resolvedDependencies, [
    { name: 'inputs/result', uri: name, digest: { sha256 } },
  ]);
});
