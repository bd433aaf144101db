import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as exported from '@kitwright/core/plugin';
import { pluginApiVersion } from '../../core/engine/host/plugin.ts';
import { shapes } from '../../core/engine/host/shapes.ts';
import { projectRoot } from '../support/trackedFiles.ts';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');
const guide = read('core/engine/docs/plugins.md');
const everyHook = read('examples/plugins/everyHook.ts');
const sources = globSync(['core/engine/host/*.ts', 'core/engine/store/roles.ts'], { cwd: projectRoot })
  .filter((path) => !path.endsWith('.test.ts'))
  .map(read)
  .join('\n');

/** The first cells of a table, by the text of its header up to the second column. */
function rows(header: string): readonly (readonly string[])[] {
  const table = guide.split(`\n| ${header} |`)[1]?.split('\n\n')[0] ?? assert.fail(`There is no table ${header}`);
  return table
    .split('\n')
    .slice(2)
    .map((row) =>
      row
        .split(/(?<!\\)\|/)
        .map((cell) => cell.trim())
        .slice(1, -1),
    );
}

const inQuotes = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, name]) => name ?? []);
const firstNames = (header: string) => rows(header).flatMap(([name]) => inQuotes(name));

/** Members of an interface and of those that it extends; `?` after those that may be left out. */
function membersOf(name: string): readonly string[] {
  const [, parents = '', body = ''] =
    new RegExp(`^export interface ${name}(?: extends ([^{]+))? \\{\\n((?:.*\\n)*?)\\}`, 'm').exec(sources) ??
    assert.fail(`There is no interface ${name}`);
  const own = [...body.matchAll(/^ {2}(?:readonly )?(\w+\??):/gm)].flatMap(([, member]) => member ?? []);
  return [...parents.split(',').flatMap((parent) => (parent.trim() ? membersOf(parent.trim()) : [])), ...own];
}

interface HookRow {
  readonly name: string;
  readonly kind: string;
  readonly args: readonly string[];
}

const hooks: readonly HookRow[] = [
  ...read('core/engine/host/buildHooks.ts').matchAll(/^ {6}(\w+): \{ kind: '(\w+)', args: \[(.*)\] \}/gm),
].map(([, name = '', kind = '', args = '']) => ({ name, kind, args: args.match(/\w+/g) ?? [] }));

test('the tables of hooks are those of the engine: names, kinds, arguments', () => {
  const told = ['lifetime', 'run'].flatMap((table) =>
    rows(table).map(([name, kind, args]) => ({
      name: inQuotes(name)[0],
      kind: inQuotes(kind)[0],
      args: inQuotes(args),
    })),
  );
  assert.ok(told.length > 20);
  const byName = (a: { readonly name?: string | undefined }, b: typeof a) => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);
  assert.deepEqual(told.sort(byName), hooks.toSorted(byName));
});

test('the kinds of hooks are explained, and no others', () => {
  assert.deepEqual(
    new Set(firstNames('kind | a tap')),
    new Set(
      [...sources.matchAll(/export type HookKind = (.*);/g)].flatMap(([, kinds = '']) => kinds.match(/\w+/g) ?? []),
    ),
  );
});

test('the example taps every hook', () =>
  assert.deepEqual(
    [...everyHook.matchAll(/\b(?:build|hooks)\.(\w+)\.tap/g)].map(([, name]) => name).sort(),
    hooks.map(({ name }) => name).sort(),
  ));

test('there is a section for each capability, and no other', () => {
  const section = guide.split('\n## Capabilities\n')[1]?.split('\n## ')[0] ?? '';
  assert.deepEqual(
    [...section.matchAll(/^### (\w+)$/gm)].map(([, kind]) => kind),
    Object.keys(shapes),
  );
  const interfaces = [...sources.matchAll(/^export interface Capabilities \{\n((?:.*\n)*?)\}/gm)].flatMap(
    ([, body = '']) => [...body.matchAll(/^ {2}(\w+): (\w+);/gm)].map(([, kind, type]) => [kind, type]),
  );
  for (const [kind, type] of interfaces)
    assert.match(section, new RegExp(`^### ${kind}\n(?:(?!^###).*\n)*\\| \`${type}\` \\| what it is \\|$`, 'm'));
});

for (const [, name = ''] of guide.matchAll(/^\| `([A-Z]\w+)` \|.*\n\|---/gm))
  test(`the table of ${name} has its members`, () =>
    assert.deepEqual(firstNames(`\`${name}\``).toSorted(), membersOf(name).toSorted()));

test('the powers of targets are those that a guard finds', () => {
  const found = [...sources.matchAll(/^export function \w+\(target: object\): target is (\w+) \{/gm)];
  assert.ok(found.length > 8);
  assert.deepEqual(firstNames('power').toSorted(), found.flatMap(([, name = '']) => membersOf(name)).toSorted());
});

test('the table of helpers has all that is exported besides types', () =>
  assert.deepEqual(firstNames('helper').toSorted(), Object.keys(exported).toSorted()));

test('the guide names the version of the API', () => assert.ok(guide.includes(`it is \`${pluginApiVersion}\`.`)));

test('each example is a part of a file that tests run', () => {
  const blocks = [...guide.matchAll(/^(?:<!-- (.*) -->\n)?```(ts|js|json)\n([\s\S]*?)^```$/gm)];
  assert.ok(blocks.length > 20);
  for (const [, path, language, text = ''] of blocks) {
    // What is in a config is shown beside the example to which it belongs.
    if (path === undefined && language === 'json') continue;
    const file = path ?? assert.fail(`No file is named for:\n${text}`);
    assert.match(file, /^(?:examples\/plugins|core\/create-kitwright-plugin\/templates)\//);
    assert.ok(withoutIndent(read(file)).includes(withoutIndent(text)), `${file} does not hold:\n${text}`);
  }
});

function withoutIndent(text: string): string {
  return text.trim().replace(/^ +/gm, '');
}
