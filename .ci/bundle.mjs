// Makes one file of each package (and one for each thread or command that is loaded later): resolving hundreds of small
// ones takes longer than most commands do. What a package names under `dependencies` stays outside, what it names under
// `devDependencies` comes in, with its license.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { rolldown } from 'rolldown';
import { asScripts } from './asScripts.mjs';
import { licenseOf, packagesIn, publishedForm, readPackage } from './bundled.mjs';
import { sharedByCommands, sharedByEntries } from './chunkGroups.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = 'kitwright-source';

const sourcesOf = (targets = {}) => Object.values(targets).flatMap((target) => target[source] ?? []);

/**
 * What is bundled together: all that `exports` names, and each program or thread that `imports` names alone (a pattern
 * names each file that it fits). Threads that shared code with the rest would break it into dozens of small files.
 */
const groupsOf = ({ name, exports, imports }, folder) =>
  [
    { entries: sourcesOf(exports), chunks: sharedByEntries, isKept: name === '@kitwright/core' },
    ...sourcesOf(imports)
      .flatMap((pattern) => globSync(pattern, { cwd: folder, exclude: ['**/*.test.ts'] }))
      .map((entry) => {
        const isCommand = name === 'kitwright' && entry === 'main.ts';
        return { entries: [entry], chunks: sharedByCommands, isKept: isCommand, isCommand };
      }),
  ].filter(({ entries }) => entries.length > 0);

/** Is it a module that a package needs beside it? Also what the packages that come in can do without. */
const isOutside = ({ dependencies = {}, devDependencies = {} }) => {
  const peers = Object.keys(devDependencies).flatMap((name) => Object.keys(readPackage(name).peerDependencies ?? {}));
  const names = [...Object.keys(dependencies), ...peers.filter((name) => !Object.hasOwn(devDependencies, name))];
  return (path) => names.some((name) => path === name || path.startsWith(`${name}/`));
};

/** Plugins come into the command too, but the one of which threads load files: to find twelve packages takes as long as to run them. */
const isPlugin = (path) => /^@kitwright\/(?!core|compression)/.test(path);

/** Names that need no quotes. */
const isName = (name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default';

/**
 * `import` of a module of Node loads all that its exports hide behind getters; asking for the module itself does not.
 * Each file asks for itself: a module that files share would be one more chunk to load. What nobody takes is left out.
 */
const nodeModules = {
  name: 'node-modules',
  resolveId(path, importer, { kind }) {
    if (!path.startsWith('node:')) return null;
    const isOurs = kind === 'import-statement' && !importer.includes('rolldown/runtime');
    return isOurs ? { id: `\0${path} ${importer}`, moduleSideEffects: false } : { id: path, external: true };
  },
  load: (id) => (id.startsWith('\0node:') ? builtin(id.slice(1).split(' ')[0]) : null),
};

/** Node's own start has loaded them. */
const loadedAlways = new Set(
  ['buffer', 'console', 'events', 'fs', 'path', 'path/posix', 'process', 'url', 'util'].map((name) => `node:${name}`),
);

/** A function that is no class, and that nothing else is asked of than to be called, or `promisify`. */
const isPlainFunction = (value, name) =>
  typeof value === 'function' && !/^[A-Z]/.test(name) && !Object.keys(value).length;

/** A module of Node whose functions load it when they are called: a command calls few of those that it comes with. */
const builtin = (name) => {
  const found = process.getBuiltinModule(name);
  return [
    'let found;',
    `const load = () => (found ??= process.getBuiltinModule(${JSON.stringify(name)}));`,
    `export default ${defaultOf(loadedAlways.has(name) || typeof found === 'function')};`,
    ...Object.keys(found)
      .filter(isName)
      .map((each) => `export const ${each} = ${exported(found[each], each, loadedAlways.has(name))};`),
  ].join('\n');
};

/** A module that is a function itself, as `assert` and `stream` are, is called or extended: nothing can stand for it. */
const defaultOf = (isLoaded) =>
  isLoaded ? '/* @__PURE__ */ load()' : '/* @__PURE__ */ new Proxy({}, { get: (_, name) => load()[name] })';

const exported = (value, name, isLoaded) => {
  if (isLoaded || !isPlainFunction(value, name)) return `/* @__PURE__ */ (() => load().${name})()`;
  const call = `(...args) => load().${name}(...args)`;
  if (!value[promisify.custom]) return call;
  const custom = `Symbol.for(${JSON.stringify(Symbol.keyFor(promisify.custom))})`;
  return `/* @__PURE__ */ Object.defineProperty(${call}, ${custom}, { get: () => load().${name}[${custom}] })`;
};

/** Text beyond Latin-1 makes V8 keep a whole file in two bytes for each character, which takes longer to load. */
const inAscii = {
  name: 'in-ascii',
  generateBundle(_, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk') file.code = file.code.replace(/[^\0-\x7f]/g, escaped);
  },
};

/** Means the same in strings, templates, names and regular expressions, but not in what `String.raw` is given. */
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** rolldown imports the chunk with its helpers, and what that needs, also for their effects, and they have none. */
const withoutIdleImports = {
  name: 'without-idle-imports',
  generateBundle(_, files) {
    for (const file of Object.values(files))
      if (file.type === 'chunk')
        file.code = file.code.replace(/import"(?:node:module|[^"]*\/rolldown-runtime-[^"]*)";/g, '');
  },
};

/**
 * The same sources as modules, of which only what is used comes in. Its CommonJS also prints what it parses, if the
 * environment says so (LOG_STREAM).
 */
const modules = { yaml: join(root, 'node_modules', 'yaml', 'browser', 'dist', 'index.js') };

/** Bundles some entries of a package; gives the files that were written. */
const bundleGroup = async ({ entries, chunks, isKept, isCommand }, folder, external) => {
  await using bundled = await rolldown({
    cwd: folder,
    input: Object.fromEntries(entries.map((entry) => [entry.replace(/^\.\/|\.ts$/g, ''), entry])),
    platform: 'node',
    external: (path) => external(path) && !(isCommand && isPlugin(path)),
    // Of a package that has both, the form of which only what is used comes in.
    resolve: { mainFields: ['module', 'main'], alias: modules, conditionNames: [source, 'node', 'import', 'default'] },
    transform: { target: 'node22.22' },
    plugins: [nodeModules, withoutIdleImports, inAscii, ...(isKept ? [asScripts] : [])],
  });
  const { output } = await bundled.write({
    ...publishedForm,
    dir: join(folder, 'dist'),
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: { groups: chunks(entries) },
  });
  return output;
};

const bundle = async (path) => {
  const folder = join(root, path);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const inlined = Object.keys(manifest.devDependencies ?? {});
  rmSync(join(folder, 'dist', 'chunks'), { recursive: true, force: true });
  const external = isOutside(manifest);
  const groups = groupsOf(manifest, folder);
  const outputs = await Promise.all(groups.map((group) => bundleGroup(group, folder, external)));
  const names = new Set([...inlined, ...packagesIn(outputs.flat())]);
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
