#!/usr/bin/env sh
':' /*
# `env` for npm's shims on Windows, which start `sh` by its name.
# This is a script for sh, up to the line of its own that ends the comment of JavaScript, and a module of JavaScript.
# Node forgets which signals are to be ignored before it runs anything: sh notes them (see signals/README.md).
unset KITWRIGHT_SIGIGN
if [ -r /proc/self/status ]; then
  while read -r name mask; do
    if [ "$name" = SigIgn: ]; then export KITWRIGHT_SIGIGN="$mask" && break; fi
  done </proc/self/status
fi
exec node "$0" "$@"
*/
// Plain JavaScript for any Node: it must be able to report that this Node is too old.
import module, { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
// `import` of it also loads streams, which most commands do not need, and takes as long as the rest of this file.
const { existsSync, lstatSync, mkdirSync, statSync } = require('node:fs');
const { homedir } = require('node:os');
const { dirname, join } = require('node:path');
const { fileURLToPath } = require('node:url');

const [major, minor] = process.versions.node.split('.').map(Number);
const supported = (major === 22 && minor >= 22) || (major === 24 && minor >= 15) || major >= 26;

/** The `node` package, if it is installed beside this package (development, monorepos), by whom this one is, us or root. */
const newerNode = () => {
  try {
    const manifest = require.resolve('node/package.json');
    const path = join(dirname(manifest), 'bin', 'node');
    const trusted = [0, process.getuid?.() ?? 0, statSync(fileURLToPath(import.meta.url)).uid];
    // Others may make a `node_modules` above, in the temporary folder say, with links to files of ours in it, or be such a link.
    const above = require.resolve.paths('node').find((each) => existsSync(join(each, 'node', 'package.json')));
    const modules = dirname(dirname(manifest));
    const links = [above, join(above, 'node')].map((each) => lstatSync(each));
    const folders = [modules, dirname(manifest), dirname(path), path].map((each) => statSync(each));
    const isTrusted = [...links, ...folders].every(({ uid }) => trusted.includes(uid));
    return isTrusted ? path : undefined;
  } catch {
    return undefined;
  }
};

const rerun = async (node) => {
  // Loaded only here: it takes as long as the rest of this file.
  const { spawn } = await import('node:child_process');
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGQUIT', 'SIGCONT'])
    process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) =>
    process.exit(signal ? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0) : (code ?? 1)),
  );
};

/** The value of `--config`, the root of the data. */
const givenRoot = (args) => {
  const at = args.findIndex((word) => word === '--config' || word.startsWith('--config='));
  if (at < 0 || args.slice(0, at).includes('--')) return undefined;
  return args[at].includes('=') ? args[at].slice('--config='.length) : args[at + 1];
};

/** The root of the data. The same rule as `dataRoot` of the engine, which is not loaded yet. */
const dataRoot = ({ env, platform, argv } = process) => {
  const given = givenRoot(argv.slice(2));
  if (given) return given;
  const home = env.HOME || env.USERPROFILE || homedir();
  const folders = {
    win32: () => join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'kitwright'),
    darwin: () => join(home, 'Library', 'Application Support', 'kitwright'),
  };
  const standard = folders[platform] ?? (() => join(env.XDG_DATA_HOME || join(home, '.local', 'share'), 'kitwright'));
  return env.KITWRIGHT_HOME || env.KITOPS_HOME || standard();
};

/** Is this a real folder (no link) to which nobody else can write? */
const isPrivate = (path) => {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return false;
  return process.platform === 'win32' || (stats.uid === process.getuid() && (stats.mode & 0o022) === 0);
};

/**
 * Node runs cached compiled code without checking it. Its default folder is in the shared temporary folder, where
 * another user could create it first; so the cache is below our data, if only the user can write there, and else is
 * turned off.
 */
const useCompileCache = () => {
  try {
    const root = dataRoot();
    if (!isPrivate(root)) return;
    const folder = join(root, 'compile-cache');
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (isPrivate(folder)) module.enableCompileCache?.(folder);
    const used = module.getCompileCacheDir?.();
    const command = process.argv.slice(2).find((word) => /^[a-z][a-z-]*$/.test(word) && word !== root);
    if (used && command && isPrivate(used)) require('./keptScripts.cjs')(used, command);
  } catch {
    // Without a cache the start is only slower.
  }
};

// Without a listener Node would open a port for a debugger.
process.on('SIGUSR1', () => undefined);

if (supported) {
  // `version` loads less than a cache saves.
  if (process.argv.length !== 3 || process.argv[2] !== 'version') useCompileCache();
  const { main } = await import('../dist/main.js');
  await main();
} else {
  const node = newerNode();
  if (node) await rerun(node);
  else {
    process.stderr.write(`[ERROR] kitwright needs Node ^22.22.2 || ^24.15 || >=26; this is ${process.version}.\n`);
    process.exitCode = 2;
  }
}
