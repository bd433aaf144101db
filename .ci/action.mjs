// Makes what the GitHub Action runs. It is committed, because GitHub runs what is in the repository. With --check it only
// compares: a test does so (pipelines/github-action/dist.test.ts).
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { licenseOf, packagesIn, publishedForm } from './bundled.mjs';

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'pipelines', 'github-action');
await using bundled = await rolldown({
  cwd: folder,
  input: 'index.ts',
  platform: 'node',
  transform: { target: 'node24' },
});
const { output } = await bundled.generate({ ...publishedForm, codeSplitting: false });
const licenses = [...new Set(packagesIn(output))].sort().map(licenseOf).join('\n\n');
const files = { 'index.js': output[0].code, LICENSES: `${licenses.trimEnd()}\n` };

mkdirSync(join(folder, 'dist'), { recursive: true });
for (const [name, text] of Object.entries(files)) {
  const path = join(folder, 'dist', name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (readFileSync(path, 'utf8') !== text) throw new Error(`${path} is old: run "npm run action".`);
}
