// Makes what the GitHub Action runs. It is committed, because GitHub runs what is in the repository. With --check it only
// compares: a test does so (pipelines/github-action/dist.test.ts).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { licenseOf, packagesIn } from './bundled.mjs';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'pipelines', 'github-action');
const { outputFiles, metafile } = await build({
  absWorkingDir: folder,
  entryPoints: ['index.ts'],
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  // CommonJS that comes in asks for the modules of Node with `require`.
  banner: {
    js: "import { createRequire as createRequireHere } from 'node:module';\nconst require = createRequireHere(import.meta.url);",
  },
  write: false,
  metafile: true,
  logLevel: 'warning',
});
const licenses = [...new Set(packagesIn(metafile))].sort().map(licenseOf).join('\n\n');
const files = { 'index.js': outputFiles[0].text, LICENSES: `${licenses.trimEnd()}\n` };

mkdirSync(join(folder, 'dist'), { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = join(folder, 'dist', name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) throw new Error(`${path} is old: run "npm run action".`);
}
