import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Capabilities } from '@kitwright/core/plugin';
import { transformSync } from 'esbuild';
import { capabilities } from '../../core/create-kitwright-plugin/capabilities.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const folder = join(projectRoot, 'core', 'create-kitwright-plugin');
const templates = join(folder, 'templates');

interface Package {
  readonly version: string;
  readonly engines: unknown;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

const read = (...path: readonly string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as Package;

/** Does not compile if the engine gets a capability for which there is no template. */
const _all: Readonly<Record<keyof Capabilities | 'hooks', string>> = capabilities;

test('there is a template for each capability, and no other', () =>
  assert.deepEqual(readdirSync(join(templates, 'capabilities')).sort(), Object.keys(_all).sort()));

for (const language of ['typescript', 'javascript'])
  test(`plugins in ${language} need these packages and this Node`, () => {
    const { version, engines } = read(folder, 'package.json');
    const { devDependencies: tools } = read(projectRoot, 'package.json');
    const made = read(templates, language, 'package.json');
    assert.deepEqual(made.engines, engines);
    assert.deepEqual(made.peerDependencies, { '@kitwright/core': `^${version}` });
    for (const [name, range] of Object.entries(made.devDependencies))
      assert.equal(range, `^${/kitwright/.test(name) ? version : tools[name]}`, name);
  });

test('plugins need no syntax that the oldest Node of theirs lacks: nothing compiles them in a test', () => {
  const made = join(folder, 'dist', 'javascript');
  const files = globSync('*/{src,test}/*.js', { cwd: made });
  assert.ok(files.length > 30);
  for (const path of files) {
    const text = readFileSync(join(made, path), 'utf8');
    const [oldest, newest] = ['node22.22', 'esnext'].map(
      (target) => transformSync(text, { target, format: 'esm' }).code,
    );
    assert.equal(oldest, newest, path);
  }
});

test('what a signer makes, its verifier reads: both have the same file', () => {
  const [signer, verifier] = ['signer', 'verifier'].map((name) =>
    readFileSync(join(templates, 'capabilities', name, 'src', 'verifierOf.ts'), 'utf8'),
  );
  assert.equal(signer, verifier);
});

test('the package has its templates in both languages, and no other source', () => {
  const [answer] = Object.values(
    JSON.parse(
      execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    ) as Readonly<Record<string, { readonly files: readonly { readonly path: string }[] }>>,
  );
  const files = new Set((answer?.files ?? []).map(({ path }) => path));
  for (const path of globSync('*/{src,test}/*.ts', { cwd: join(templates, 'capabilities') })) {
    assert.ok(files.has(`templates/capabilities/${path}`), path);
    assert.ok(files.has(`dist/javascript/${path.replace(/\.ts$/, '.js')}`), path);
  }
  for (const path of ['common/_gitignore', 'common/.github/workflows/ci.yml'])
    assert.ok(files.has(`templates/${path}`), path);
  const others = [...files].filter(
    (path) => !/^(?:dist|bin|templates)\/|^(?:package\.json|README\.md|LICENSE)$/.test(path),
  );
  assert.deepEqual(others, []);
});
