import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { exportedNames } from './exportedNames.ts';

const engine = fileURLToPath(new URL('../../core/engine', import.meta.url));

interface Exported {
  readonly name: string;
  readonly file: string;
}

/** What an entry point exports: each is a list of re-exports, so that its reader sees the whole of it. */
function exportsOf(entry: string): readonly Exported[] {
  const text = readFileSync(join(engine, entry), 'utf8');
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\} from '([^']+)';/gm)].flatMap(([, names = '', file = '']) =>
    names
      .split(',')
      .map((name) => name.trim().replace(/^type /, ''))
      .filter(Boolean)
      .map((name) => ({ name, file: join(engine, dirname(entry), file) })),
  );
}

for (const [entry, names] of Object.entries(exportedNames))
  test(`${entry} exports the names in exportedNames.ts`, () =>
    assert.deepEqual(
      exportsOf(entry)
        .map(({ name }) => name)
        .sort(),
      [...names].sort(),
    ));

test('a program gets at most 40 names', () => assert.ok(exportedNames['index.ts'].length <= 40));

for (const entry of Object.keys(exportedNames)) {
  test(`${entry} names nothing twice, and nothing that does not exist`, () => {
    const names = exportsOf(entry);
    assert.equal(new Set(names.map(({ name }) => name)).size, names.length);
    assert.deepEqual(
      names.filter((exported) => declarationOf(exported) < 0),
      [],
    );
  });
}

for (const entry of ['index.ts', 'plugin.ts']) {
  test(`everything that ${entry} exports has a docstring`, () => {
    assert.deepEqual(
      exportsOf(entry)
        .filter((exported) => !isDocumented(exported))
        .map(({ name, file }) => `${name} (${file.slice(engine.length + 1)})`),
      [],
    );
  });
}

function isDocumented(exported: Exported): boolean {
  const before = readFileSync(exported.file, 'utf8').slice(0, declarationOf(exported));
  return before.trimEnd().endsWith('*/');
}

/** Where a name is declared in its file; -1 if it is not. */
function declarationOf({ name, file }: Exported): number {
  const declaration = `^export (?:declare )?(?:async )?(?:function\\*?|const|class|interface|type) ${name}\\b`;
  return readFileSync(file, 'utf8').search(new RegExp(declaration, 'm'));
}
