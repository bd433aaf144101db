import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  readonly from: string;
  readonly to: string;
}

const files = globSync(['core/**/*.ts', 'plugins/**/*.ts', 'pipelines/**/*.ts'], {
  cwd: root,
  exclude: (path) => /node_modules|(?:^|\/)(?:dist|testing|templates)(?:\/|$)|\.test\.ts$/.test(path),
});
const statement = /^\s*(?:import|export)\s+(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/gm;

const importsOf = (from: string): readonly Import[] =>
  [...readFileSync(join(root, from), 'utf8').matchAll(statement)].map((match) => {
    const specifier = match[1] ?? match[2] ?? '';
    return {
      from,
      to: specifier.startsWith('.') ? join(dirname(from), specifier) : specifier,
    };
  });

const imports = files.flatMap(importsOf);
const engine = 'core/engine/';
const room = (path: string): string | undefined =>
  path.startsWith(engine) ? path.slice(engine.length).split('/')[0] : undefined;

const offending = (test: (edge: Import, from: string, to: string | undefined) => boolean): readonly string[] =>
  imports.filter((edge) => test(edge, room(edge.from) ?? '', room(edge.to))).map(({ from, to }) => `${from} -> ${to}`);

const forbidden = (from: string, ...to: readonly string[]) =>
  offending((_, a, b) => a === from && b !== undefined && to.includes(b));

test('there are sources to check', () => assert.ok(files.length > 80 && imports.length > 300));

test('errors imports nothing', () => {
  assert.deepEqual(
    offending(({ to }, from) => from === 'errors' && room(to) !== 'errors'),
    [],
  );
});

test('oci imports only errors, no file system and no socket', () => {
  assert.deepEqual(
    offending(({ to }, from, b) => from === 'oci' && b !== 'oci' && b !== 'errors' && to !== 'node:crypto'),
    [],
  );
});

test('kitfile never imports oci', () => assert.deepEqual(forbidden('kitfile', 'oci'), []));

/** An import only runs down this list; rooms of one line do not know each other. */
const storeys = [
  ['api'],
  ['watch', 'images'],
  ['pack', 'unpack', 'upkeep'],
  ['plan'],
  ['kits'],
  ['host'],
  ['store'],
  ['layers', 'kitfile'],
  ['files', 'oci'],
  ['errors'],
];
const storeyOf = (name: string | undefined): number => storeys.findIndex((names) => names.includes(name ?? ''));

test('every room of the engine is in the list', () => {
  const rooms = new Set(files.filter((path) => path.startsWith(engine)).flatMap((path) => room(path) ?? []));
  assert.deepEqual(
    [...rooms].filter((name) => storeyOf(name) < 0 && !name.endsWith('.ts')),
    [],
  );
});

test('imports only run down', () => {
  assert.deepEqual(
    offending(
      (_, from, to) => storeyOf(from) >= 0 && storeyOf(to) >= 0 && from !== to && storeyOf(to) <= storeyOf(from),
    ),
    [],
  );
});

test('files are opened by openFile: handles differ where fs is replaced', () => {
  const opening = files.filter((path) =>
    /import \{[^}]*\bopen\b[^}]*\} from 'node:fs\/promises'/.test(readFileSync(join(root, path), 'utf8')),
  );
  assert.deepEqual(opening, ['core/engine/files/openFile.ts']);
});

test("directories are made by makeDirectories: Node's own way never ends where none can be made", () => {
  const making = files.filter(
    (path) =>
      /^(?:core\/(?:engine|cli)|plugins)\//.test(path) &&
      /\bmkdir(?:Sync)?\([^;]*\brecursive:/.test(readFileSync(join(root, path), 'utf8')),
  );
  assert.deepEqual(making, []);
});

test('the engine imports no command line and no plugin', () => {
  assert.deepEqual(
    offending(
      ({ from, to }) =>
        from.startsWith(engine) &&
        (to.startsWith('@kitwright/') || to === 'kitwright' || /^(?:core\/cli|plugins)\//.test(to)),
    ),
    [],
  );
});

test('pipelines run the command and import nothing of it', () => {
  assert.deepEqual(
    offending(
      ({ from, to }) =>
        from.startsWith('pipelines/') && (/^(?:core|plugins)\//.test(to) || to.startsWith('@kitwright/')),
    ),
    [],
  );
});

test('a plugin imports no other plugin and no command line, and only the public engine', () => {
  const outside = ({ from, to }: Import) => {
    if (!from.startsWith('plugins/')) return false;
    const own = from.split('/').slice(0, 2).join('/');
    if (to.startsWith('@kitwright/')) return !/^@kitwright\/core(?:\/plugin)?$/.test(to);
    return /^(?:core|plugins)\//.test(to) && !to.startsWith(`${own}/`);
  };
  assert.deepEqual(offending(outside), []);
});

test('no package imports files of another package directly', () => {
  assert.deepEqual(
    offending(({ from, to }) => from.startsWith('core/cli/') && /^(?:core\/engine|plugins)\//.test(to)),
    [],
  );
  assert.deepEqual(
    offending(
      ({ to }) =>
        /^@kitwright\/[^/]+\/./.test(to) && !/^@kitwright\/core\/(?:version|plugin|internal(?:\/builds)?)$/.test(to),
    ),
    [],
  );
});

const owners: Readonly<Record<string, RegExp>> = {
  tapable: /^core\/engine\/host\/hooks\.ts$/,
  piscina: /^core\/engine\/layers\//,
  'tar-stream': /^core\/engine\/layers\//,
  'hash-wasm': /^core\/engine\/layers\//,
  chokidar: /^core\/engine\/watch\//,
  yaml: /^core\/engine\/kitfile\//,
  commander: /^core\/cli\//,
  semver: /^core\/cli\/mirror\//,
  undici: /^plugins\/registry\//,
  aws4fetch: /^plugins\/(?:target-)?s3\//,
  '@noble/ciphers/salsa.js': /^plugins\/cosign\//,
  '@sigstore/bundle': /^plugins\/cosign\/keyless\//,
  '@sigstore/core': /^plugins\/(?:cosign\/keyless|notation)\//,
  '@sigstore/protobuf-specs': /^plugins\/cosign\/keyless\//,
  '@sigstore/tuf/seeds.json': /^plugins\/cosign\/keyless\//,
  '@sigstore/verify': /^plugins\/cosign\/keyless\//,
  'tuf-js/dist/error.js': /^plugins\/cosign\/keyless\//,
  'tuf-js': /^plugins\/cosign\/keyless\//,
  cborg: /^plugins\/notation\//,
  '@huggingface/hub': /^plugins\/huggingface\//,
  '@actions/cache': /^pipelines\/github-action\//,
  '@actions/core': /^pipelines\/github-action\//,
  '@bomb.sh/tab': /^core\/cli\/commands\//,
  '@bomb.sh/tab/commander': /^core\/cli\/commands\//,
  cosmiconfig: /^core\/cli\/config\//,
  zod: /^core\/cli\/config\//,
  '@clack/prompts': /^core\/(?:cli|create-kitwright-plugin)\/prompts\.ts$/,
  open: /^core\/cli\/dashboard\//,
  uplot: /^core\/cli\/dashboard\/page\//,
  'uplot/dist/uPlot.min.css': /^core\/cli\/dashboard\/page\//,
};

test('every library has one owner', () => {
  assert.deepEqual(
    offending(({ from, to }) => to in owners && !owners[to]?.test(from)),
    [],
  );
  assert.deepEqual(
    offending(({ to }) => !/^(?:node:|core\/|plugins\/|pipelines\/|@kitwright\/)/.test(to) && !(to in owners)),
    [],
  );
});

test('only commands touch stdout, stderr and the exit', () => {
  const pattern = /\bconsole\.|process\.(?:stdout|stderr|exit)\b/;
  const touching = files.filter(
    (path) =>
      !/^core\/(?:cli|create-kitwright-plugin)\//.test(path) && pattern.test(readFileSync(join(root, path), 'utf8')),
  );
  assert.deepEqual(touching, []);
});

test('no file is longer than 400 lines', () => {
  assert.deepEqual(
    files.filter((path) => readFileSync(join(root, path), 'utf8').split('\n').length > 400),
    [],
  );
});

/** Found by depth-first search along all imports, also those of types. */
const cycles = (): readonly string[] => {
  const edges = Map.groupBy(
    imports.filter(({ to }) => files.includes(to)),
    ({ from }) => from,
  );
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (state.get(path) === 'open') found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (state.has(path)) return;
    state.set(path, 'open');
    for (const { to } of edges.get(path) ?? []) visit(to, [...trail, path]);
    state.set(path, 'done');
  };
  for (const path of files) visit(path, []);
  return found;
};

test('there is no import cycle', () => assert.deepEqual(cycles(), []));

test('every room and package has a README', () => {
  const folders = new Set(files.map(dirname));
  const missing = [...folders].filter(
    (folder) =>
      !globSync('README.md', { cwd: join(root, folder) }).length && !['core/engine', 'core/cli/bin'].includes(folder),
  );
  assert.deepEqual(missing, []);
});
