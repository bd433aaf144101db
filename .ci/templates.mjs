// Makes the templates for JavaScript of those in TypeScript: the types are taken out, the rest is formatted, and the
// declarations stay beside it. So there is one source, which is checked and tested.
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'core', 'create-kitwright-plugin');
const from = join(folder, 'templates', 'capabilities');
const to = join(folder, 'dist', 'javascript');
const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');

/** What describes a type goes with it. */
const describedType = /^\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=(?:export )?(?:interface|type) )/gm;

const asJavaScript = (text) =>
  stripTypeScriptTypes(text.replace(describedType, '')).replace(/(?<=from '\.[^']*)\.ts(?=')/g, '.js');

/** As in this repository; `dist` is none of the folders that biome formats, so the text goes through a pipe. */
const formatted = (text, name) =>
  execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${name}`], {
    cwd: root,
    input: text,
    encoding: 'utf8',
  });

rmSync(to, { recursive: true, force: true });
for (const path of globSync('*/{src,test}/*.ts', { cwd: from })) {
  const file = join(to, path.replace(/\.ts$/, '.js'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, formatted(asJavaScript(readFileSync(join(from, path), 'utf8')), 'template.js'));
}
for (const path of globSync('*/README.md', { cwd: from })) copyFileSync(join(from, path), join(to, path));
for (const path of globSync('*/src/index.d.ts', { cwd: join(folder, 'dist', 'types') }))
  copyFileSync(join(folder, 'dist', 'types', path), join(to, path));
