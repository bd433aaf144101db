import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const packages = [
  'core/engine',
  'core/cli',
  'plugins/layer-types',
  'plugins/secrets',
  'plugins/compression',
  'plugins/readiness',
  'plugins/modelpack',
];

interface Packed {
  readonly files: readonly { readonly path: string }[];
}

interface PackageJson {
  readonly version: string;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
}

const readPackage = (path: string): PackageJson =>
  JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8')) as PackageJson;

const packed = (path: string): readonly string[] => {
  const text = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: join(root, path),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const answer = JSON.parse(text) as readonly Packed[] | Readonly<Record<string, Packed>>;
  return (Array.isArray(answer) ? (answer[0] as Packed) : (Object.values(answer)[0] as Packed)).files.map(
    ({ path: file }) => file,
  );
};

for (const path of packages) {
  test(`${path} publishes built files, no tests and no sources`, () => {
    const files = packed(path);
    assert.ok(files.some((file) => file.startsWith('dist/') && file.endsWith('.js')));
    assert.deepEqual(
      files.filter((file) => /\.test\.|tsbuildinfo/.test(file) || (file.endsWith('.ts') && !file.endsWith('.d.ts'))),
      [],
    );
    assert.deepEqual(
      files.filter(
        (file) =>
          !/^(?:dist|bin)\/|^(?:docs\/[\w-]+\.md|package\.json|README\.md|LICENSE|skills\/kitwright\/SKILL\.md|kitfile\.schema\.json)$/.test(
            file,
          ),
      ),
      [],
    );
  });

  test(`${path} has the files that its exports name`, () => {
    const targets = Object.values(readPackage(path).exports).flatMap((target) =>
      typeof target === 'string' ? [target] : Object.values(target),
    );
    for (const target of targets) assert.ok(existsSync(join(root, path, target)), target);
  });
}

test('the packages have the version that the command prints', async () => {
  const { version } = await import('@kitwright/core/version');
  for (const path of packages) assert.equal(readPackage(path).version, version);
});

test('the lock file names no host', () => {
  assert.doesNotMatch(readFileSync(join(root, 'package-lock.json'), 'utf8'), /"resolved": "https?:/);
});
