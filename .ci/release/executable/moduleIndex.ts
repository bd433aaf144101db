import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

/** What the executable must know to import modules; all paths begin with `node_modules/`. */
export interface ModuleIndex {
  /** By what is imported: `@kitwright/core/plugin`. */
  readonly exports: Readonly<Record<string, string>>;
  /** By package and name: `#layers/worker`. */
  readonly imports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** By path, as Node names formats. */
  readonly formats: Readonly<Record<string, 'module' | 'commonjs' | 'json'>>;
  /** What configs and plugins of users may import. */
  readonly offered: Readonly<Record<string, string>>;
}

type Target = string | { readonly [condition: string]: Target };

interface Manifest {
  readonly name: string;
  readonly type?: string;
  readonly main?: string;
  readonly exports?: Target;
  readonly imports?: Readonly<Record<string, Target>>;
}

const api = ['kitwright/config', '@kitwright/core', '@kitwright/core/plugin'];

/** Indexes installed packages, by the rules of Node ("Modules: Packages"), as far as these packages use them. */
export function moduleIndex(folder: string, files: readonly string[]): ModuleIndex {
  const packages = globSync('node_modules/{@*/*,[!@]*}/package.json', { cwd: folder })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => ({
      at: dirname(path),
      manifest: JSON.parse(readFileSync(join(folder, path), 'utf8')) as Manifest,
    }));
  const exported = Object.fromEntries(packages.flatMap(({ at, manifest }) => exportsOf(at, manifest)));
  return {
    exports: exported,
    imports: Object.fromEntries(
      packages.map(({ at, manifest }) => [manifest.name, Object.fromEntries(importsOf(at, manifest, files))]),
    ),
    formats: Object.fromEntries(
      packages.flatMap(({ at, manifest }) =>
        files.filter((path) => path.startsWith(`${at}/`)).flatMap((path) => formatOf(path, manifest)),
      ),
    ),
    offered: Object.fromEntries(api.map((name) => [name, exported[name] ?? fail(name)])),
  };
}

function fail(name: string): never {
  throw new Error(`No package exports ${name}.`);
}

const conditions: readonly string[] = ['node', 'import', 'default'];

/** The file that Node would take. */
function fileOf(target: Target | undefined): string | undefined {
  if (typeof target !== 'object') return target;
  for (const [condition, each] of Object.entries(target)) if (conditions.includes(condition)) return fileOf(each);
  return undefined;
}

type Row = readonly [name: string, path: string];

function exportsOf(at: string, { name, main, exports = main ?? 'index.js' }: Manifest): readonly Row[] {
  const hasPaths = typeof exports === 'object' && Object.keys(exports).some((key) => key.startsWith('.'));
  return Object.entries(hasPaths ? (exports as Readonly<Record<string, Target>>) : { '.': exports }).flatMap(
    ([path, target]): readonly Row[] => {
      const file = fileOf(target);
      // Whoever asks for the package.json wants the folder, which is not there.
      if (file === undefined || path === './package.json') return [];
      return [[path === '.' ? name : join(name, path), join(at, file)]];
    },
  );
}

function importsOf(at: string, { imports = {} }: Manifest, files: readonly string[]): readonly Row[] {
  return Object.entries(imports).flatMap(([name, target]) => {
    const path = join(at, fileOf(target) ?? fail(name));
    return name.includes('*') ? matching(name, path, files) : ([[name, path]] as const);
  });
}

/** A pattern names each file that it fits. */
function matching(name: string, path: string, files: readonly string[]): readonly Row[] {
  const [start = '', end = ''] = path.split('*');
  return files
    .filter((file) => file.startsWith(start) && file.endsWith(end))
    .map((file) => [name.replace('*', file.slice(start.length, file.length - end.length)), file]);
}

function formatOf(path: string, { type }: Manifest): readonly (readonly [string, ModuleIndex['formats'][string]])[] {
  if (path.endsWith('.json')) return [[path, 'json']];
  if (path.endsWith('.mjs')) return [[path, 'module']];
  if (path.endsWith('.cjs')) return [[path, 'commonjs']];
  return path.endsWith('.js') ? [[path, type === 'module' ? 'module' : 'commonjs']] : [];
}
