import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createProject } from '../support/project.ts';
import { runCli } from '../support/runCli.ts';

/** The files of our packages that a command loaded, as V8 saw it. */
const filesOf = async (...args: readonly string[]): Promise<readonly string[]> => {
  const files = { Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' };
  using project = createProject(files, { COSIGN_PASSWORD: 'p' });
  const coverage = join(project.path, 'coverage');
  assert.equal((await project.run('generate-key-pair')).code, 0);
  assert.equal((await project.run('pack', 'project', '-t', 'x:v1', '--sign', 'cosign.key')).code, 0);
  const { code, stderr } = await runCli(['--config', project.home, ...args], {
    cwd: project.path,
    env: { COSIGN_PASSWORD: 'p', NODE_V8_COVERAGE: coverage },
  });
  assert.equal(code, 0, stderr);
  const text = readdirSync(coverage)
    .map((name) => readFileSync(join(coverage, name), 'utf8'))
    .join();
  return [...new Set(text.match(/file:[^"]+\/dist\/[^"]+/g) ?? [])];
};

/** The texts of the files of the command that it loaded, and that sign or verify. */
const chunksOf = async (...args: readonly string[]) =>
  (await filesOf(...args))
    .filter((url) => /\/dist\/chunks\/(?:cosign|notation|openSigner|openVerifier|openKeylessSigner)-/.test(url))
    .map((url) => readFileSync(new URL(url), 'utf8'));

test('a command that does not sign loads nothing of what signs', async () => {
  assert.deepEqual(await chunksOf('list'), []);
  assert.deepEqual(await chunksOf('pack', 'project', '-t', 'x:v2'), []);
});

test('a command that only looks into the store loads nothing that builds kits', async () => {
  for (const args of [['list'], ['verify', 'x:v1', '--key', 'cosign.pub'], ['discover', 'x:v1'], ['pack', 'project']]) {
    const files = await filesOf(...args);
    assert.ok(files.some((url) => url.endsWith('/core/dist/internal.js')));
    assert.equal(
      files.some((url) => url.endsWith('/core/dist/internalBuilds.js')),
      args[0] === 'pack',
    );
  }
});

for (const [args, unneeded] of [
  [['list'], /NativeModule (?:worker_threads|child_process|zlib|v8|http|perf_hooks|fs\/promises)(?: |$)/],
  [['pack', 'project', '-t', 'x:v1'], /NativeModule (?:worker_threads|child_process|v8|http|perf_hooks)(?: |$)/],
] as const)
  test(`modules of Node that ${args[0]} does not need are not loaded`, async () => {
    using project = createProject({ Kitfile: 'manifestVersion: 1.0.0\ncode: [{path: a}]\n', a: 'text' });
    const tell = "process.on('exit', () => process._rawDebug('LOADED', ...process.moduleLoadList))";
    const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(tell)}`;
    const { code, stderr } = await runCli(['--config', project.home, ...args], {
      cwd: project.path,
      env: { NODE_OPTIONS },
    });
    assert.equal(code, 0, stderr);
    const loaded = stderr.match(/^LOADED .*$/m)?.[0] ?? '';
    assert.match(loaded, /NativeModule crypto /);
    assert.doesNotMatch(loaded, unneeded);
  });

test('with a key nothing of the services of Sigstore is loaded', async () => {
  for (const args of [
    ['verify', 'x:v1', '--key', 'cosign.pub'],
    ['sign', 'x:v1', '--key', 'cosign.key'],
  ]) {
    const chunks = await chunksOf(...args);
    assert.ok(chunks.length);
    assert.ok(!chunks.some((text) => /sigstore\.bundle\+json|signingCert|TransparencyLogEntry/.test(text)));
  }
});
