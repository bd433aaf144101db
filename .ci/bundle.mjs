// Makes one file of each package (and one for each thread or command that is loaded later): resolving hundreds of small
// ones takes longer than most commands do. What a package names under `dependencies` stays outside, what it names under
// `devDependencies` comes in, with its license.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licenseOf, packagesIn, readPackage } from './bundled.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = 'kitwright-source';

const sourcesOf = (targets = {}) => Object.values(targets).flatMap((target) => target[source] ?? []);

/**
 * What is bundled together: all that `exports` names, and each program or thread that `imports` names alone (a pattern
 * names each file that it fits). Threads that shared code with the rest would break it into dozens of small files.
 */
const groupsOf = ({ exports, imports }, folder) => [
  sourcesOf(exports),
  ...sourcesOf(imports)
    .flatMap((pattern) => globSync(pattern, { cwd: folder, exclude: ['**/*.test.ts'] }))
    .map((entry) => [entry]),
];

/** What a package needs beside it; also what the packages that come in can do without. */
const outsideOf = ({ dependencies = {}, devDependencies = {} }) => {
  const peers = Object.keys(devDependencies).flatMap((name) => Object.keys(readPackage(name).peerDependencies ?? {}));
  const names = [...Object.keys(dependencies), ...peers.filter((name) => !Object.hasOwn(devDependencies, name))];
  return names.flatMap((name) => [name, `${name}/*`]);
};

/** Names that need no quotes. */
const isName = (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default';

/**
 * `import` of a module of Node loads all that its exports hide behind getters; asking for the module itself does not.
 * Each file asks for itself: a module that files share would be one more chunk to load. What nobody takes is left out.
 */
const nodeModules = {
  name: 'node-modules',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ path, kind, importer }) =>
      kind === 'import-statement'
        ? { path: `${path} ${importer}`, namespace: 'node', sideEffects: false }
        : { path, external: true },
    );
    onLoad({ filter: /./, namespace: 'node' }, ({ path }) => ({ contents: builtin(path.split(' ')[0]) }));
  },
};

const builtin = (name) =>
  [
    `const found = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(name)});`,
    'export default found;',
    ...Object.keys(process.getBuiltinModule(name))
      .filter(isName)
      .map((each) => `export const ${each} = /* @__PURE__ */ (() => found.${each})();`),
  ].join('\n');

/** CommonJS that comes in asks for the modules of Node with `require`. */
const requireBanner =
  "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);\n";

/** Most chunks have no CommonJS in them. */
const withoutIdleBanner = (text) => {
  const rest = text.slice(requireBanner.length);
  return text.startsWith(requireBanner) && !/\brequire\b/.test(rest) ? rest : text;
};

/** Chunks in which only helpers of esbuild are: loading one for nothing but its effects has none. */
const helperChunks = ({ outputs }) =>
  Object.entries(outputs)
    .filter(([, { inputs }]) => !Object.keys(inputs).length)
    .map(([path]) => basename(path));

/** esbuild keeps the order of effects by such imports, also where a start-up pays for it. */
const withoutIdleImports = (text, chunks) =>
  chunks.reduce((left, chunk) => left.replace(new RegExp(`import"\\./(?:chunks/)?${chunk}";`), ''), text);

const bundle = async (path) => {
  const folder = join(root, path);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const inlined = Object.keys(manifest.devDependencies ?? {});
  rmSync(join(folder, 'dist', 'chunks'), { recursive: true, force: true });
  const bundleGroup = (entryPoints) =>
    build({
      absWorkingDir: folder,
      entryPoints,
      outdir: 'dist',
      outbase: '.',
      chunkNames: 'chunks/[name]-[hash]',
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      // Of a package that has both, the form of which only what is used comes in.
      mainFields: ['module', 'main'],
      target: 'node22.22',
      minifyWhitespace: true,
      minifySyntax: true,
      plugins: [nodeModules],
      external: outsideOf(manifest),
      metafile: true,
      ...(inlined.length ? { banner: { js: requireBanner.trimEnd() } } : {}),
      logLevel: 'warning',
    });
  const results = await Promise.all(groupsOf(manifest, folder).map(bundleGroup));
  const idle = results.flatMap(({ metafile }) => helperChunks(metafile));
  for (const output of results.flatMap(({ metafile }) => Object.keys(metafile.outputs))) {
    const file = join(folder, output);
    if (output.endsWith('.js'))
      writeFileSync(file, withoutIdleImports(withoutIdleBanner(readFileSync(file, 'utf8')), idle));
  }
  const names = new Set([...inlined, ...results.flatMap(({ metafile }) => packagesIn(metafile))]);
  if (names.size) writeFileSync(join(folder, 'dist', 'LICENSES'), [...names].sort().map(licenseOf).join('\n\n'));
  return [manifest.name, [...names].sort()];
};

const packages = [
  'core/engine',
  'core/testkit',
  'core/cli',
  'core/create-kitwright-plugin',
  ...globSync('plugins/*/package.json', { cwd: root }).map(dirname),
];
const bundled = Object.fromEntries(await Promise.all(packages.map(bundle)));
// For the list of what is in a release (release/sbom.ts).
mkdirSync(join(root, '.cache'), { recursive: true });
writeFileSync(join(root, '.cache', 'bundled.json'), JSON.stringify(bundled));
