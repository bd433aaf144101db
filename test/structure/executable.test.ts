import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../support/trackedFiles.ts';

/**
 * What asks where its own file is. In the single-file executable there are no files: modules and threads are imported
 * all the same, but whatever is read goes through `core/cli/executable/packagedFile.ts`.
 */
const known = [
  'core/cli/commands/plugins.ts',
  'core/cli/commands/skill.ts',
  'core/cli/doctor/examine.ts',
  'core/cli/executable/packagedFile.ts',
  'core/cli/loading/findTypedPlugins.ts',
  'core/cli/loading/resolveFrom.ts',
  'core/cli/trust/installationOwner.ts',
  'core/cli/trust/plugAndPlay.ts',
  'core/cli/updates/askInBackground.ts',
  'core/engine/files/guardModules.ts',
  'core/engine/layers/createPool.ts',
  'core/engine/watch/hints.ts',
  'core/engine/watch/treeScan.ts',
  'plugins/compression/index.ts',
];

test('no further module of the command asks where its file is, so that the executable can run it', () => {
  const files = globSync('{core/engine,core/cli,plugins/*}/**/*.ts', {
    cwd: projectRoot,
    exclude: (path) => /node_modules|(?:^|[/\\])(?:dist|testing|docs)(?:[/\\]|$)|\.test\.ts$/.test(path),
  });
  const asking = files.filter((path) =>
    /^[^'"`*]*\bimport\.meta\.(?:resolve|url|dirname|filename)/m.test(readFileSync(join(projectRoot, path), 'utf8')),
  );
  assert.deepEqual(
    asking.map((path) => path.replaceAll('\\', '/')).filter((path) => !known.includes(path)),
    [],
  );
});

test('no module starts a Node of its own: an executable would start itself', () => {
  const starting = globSync('{core/engine,core/cli,plugins/*}/**/*.ts', {
    cwd: projectRoot,
    exclude: (path) => /node_modules|(?:^|[/\\])(?:dist|testing|docs)(?:[/\\]|$)|\.test\.ts$/.test(path),
  }).filter((path) => /\bprocess\.execPath\b/.test(readFileSync(join(projectRoot, path), 'utf8')));
  assert.deepEqual(starting.sort(), [
    'core/cli/config/readConfigFile.ts',
    'core/cli/executable/updateAdvice.ts',
    'core/cli/updates/askInBackground.ts',
  ]);
});
