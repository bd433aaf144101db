import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { moduleIndex } from './moduleIndex.ts';

export interface ExecutableOptions {
  /** A folder with `node_modules`, as a user installs them. */
  readonly installed: string;
  /** The Node of the target; it must have the version of the one that runs this. */
  readonly node: string;
  readonly output: string;
  /** An empty folder. */
  readonly scratch: string;
}

const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');

/** Where Node looks for the data, and the mark in it that says that there is some. */
const places = [
  '--sentinel-fuse',
  'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2',
  '--macho-segment-name',
  'NODE_SEA',
] as const;

/** What a command reads: no types, no sources, no documents. */
const wanted = '{package.json,{dist,bin,skills}/**/*,kitfile.schema.json,LICENSE}';

/**
 * Makes one executable of Node and all packages. Source: Node, "Single executable applications". Nothing in it is compiled
 * before: `useCodeCache` knows no `import()`. Throws if the Node has another version.
 */
export function buildExecutable({ installed, node, output, scratch }: ExecutableOptions): void {
  if (!readFileSync(node).includes(process.version))
    throw new Error(`${node} is not Node ${process.version}: the data in an executable is for exactly one version.`);
  const files = filesOf(installed);
  writeFileSync(join(scratch, 'modules.json'), JSON.stringify(moduleIndex(installed, files)));
  const blob = join(scratch, 'executable.blob');
  const config = join(scratch, 'sea.json');
  writeFileSync(config, JSON.stringify(seaConfig(installed, files, scratch, blob)));
  // What they print is shown if they fail.
  execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' });
  copyFileSync(node, output);
  chmodSync(output, 0o755);
  execFileSync(process.execPath, [postject, output, 'NODE_SEA_BLOB', blob, ...places], { stdio: 'pipe' });
}

/** With `/`, in an order that is the same on each machine. */
function filesOf(installed: string): readonly string[] {
  return globSync(`node_modules/{@*/*,[!@]*}/${wanted}`, { cwd: installed })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !/\.d\.[cm]?ts$|\.map$|\.node$/.test(path) && statSync(join(installed, path)).isFile())
    .sort();
}

function seaConfig(installed: string, files: readonly string[], scratch: string, output: string) {
  return {
    main: join(import.meta.dirname, 'boot.cjs'),
    output,
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    // For the threads, which inherit it: only they look at it.
    execArgv: [`--import=data:text/javascript,${importModules}`],
    assets: {
      'embeddedModules.cjs': join(import.meta.dirname, 'embeddedModules.cjs'),
      'modules.json': join(scratch, 'modules.json'),
      ...Object.fromEntries(files.map((path) => [path, join(installed, path)])),
    },
  };
}

const importModules =
  "process.getBuiltinModule('node:vm').runInThisContext(process.getBuiltinModule('node:sea').getAsset('embeddedModules.cjs','utf8'))";
