// Makes one file of each package (and one for each thread or command that is loaded later): resolving hundreds of small ones takes longer than
// most commands do. What a package names under `dependencies` stays outside, what it names under `devDependencies` comes in, with its license.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = 'kitwright-source';

/** The sources that `exports` and `imports` of a package name. */
const entriesOf = ({ exports = {}, imports = {} }) =>
  Object.values({ ...exports, ...imports }).flatMap((target) => target[source] ?? []);

const licenseOf = (name) => {
  const folder = join(root, 'node_modules', name);
  const file = readdirSync(folder).find((candidate) => /^licen[cs]e(?:\.|$)/i.test(candidate));
  if (file === undefined) throw new Error(`${name} has no license file.`);
  return `${name}\n\n${readFileSync(join(folder, file), 'utf8')}`;
};

const bundle = async (path) => {
  const folder = join(root, path);
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const inlined = Object.keys(manifest.devDependencies ?? {});
  rmSync(join(folder, 'dist', 'chunks'), { recursive: true, force: true });
  await build({
    absWorkingDir: folder,
    entryPoints: entriesOf(manifest),
    outdir: 'dist',
    outbase: '.',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22.22',
    minifyWhitespace: true,
    minifySyntax: true,
    external: Object.keys(manifest.dependencies ?? {}).flatMap((name) => [name, `${name}/*`]),
    // CommonJS that comes in asks for the modules of Node with `require`.
    ...(inlined.length
      ? {
          banner: {
            js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
          },
        }
      : {}),
    logLevel: 'warning',
  });
  if (inlined.length) writeFileSync(join(folder, 'dist', 'LICENSES'), inlined.map(licenseOf).join('\n\n'));
};

const packages = [
  'core/engine',
  'core/testkit',
  'core/cli',
  ...readdirSync(join(root, 'plugins')).map((name) => `plugins/${name}`),
];
await Promise.all(packages.map(bundle));
