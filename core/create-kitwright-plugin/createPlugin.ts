import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PluginChoice } from './PluginChoice.ts';
import { UsageError } from './UsageError.ts';

/** `dist/main.js` lies one folder deeper than the source. */
const root = dirname(fileURLToPath(import.meta.resolve('create-kitwright-plugin/package.json')));
const templates = join(root, 'templates');

/** Writes the files of a plugin into its folder, which is made if it is not there. Throws `UsageError`. */
export function createPlugin(choice: PluginChoice): void {
  checkFolder(choice.folder);
  for (const [path, text] of filesOf(choice)) {
    const file = join(choice.folder, path);
    makeFolder(dirname(file));
    writeFileSync(file, text, { flag: 'wx' });
  }
}

/** Node's own `recursive` never ends where nothing can be made, as in /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  mkdirSync(folder);
}

/** Nothing is ever overwritten: the folder must not exist, or be empty but for git's own. Throws `UsageError`. */
export function checkFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory()) throw new UsageError(`${folder} is no folder.`);
  if (readdirSync(folder).some((name) => name !== '.git')) throw new UsageError(`The folder ${folder} is not empty.`);
}

/** The files of a plugin, by path. */
function filesOf(choice: PluginChoice): ReadonlyMap<string, string> {
  const { capability, language } = choice;
  const code = language === 'typescript' ? join(templates, 'capabilities') : join(root, 'dist', 'javascript');
  const read = (folder: string) => textsIn(folder).map(([path, text]) => [path, filledIn(text, choice)] as const);
  const files = new Map([
    ...read(join(templates, 'common')),
    ...read(join(templates, language)),
    ...read(join(code, capability)),
  ]);
  const development = files.get('development.md') ?? '';
  files.delete('development.md');
  files.set('README.md', `${files.get('README.md') ?? ''}${development}`);
  // npm publishes no file of the name that git reads.
  files.set('.gitignore', files.get('_gitignore') ?? '');
  files.delete('_gitignore');
  return files;
}

function textsIn(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]);
}

/** In one pass, because a name may hold a placeholder. */
function filledIn(text: string, { packageName, id, folder, language }: PluginChoice): string {
  const words: Readonly<Record<string, string>> = {
    'kitwright-plugin-my-plugin': packageName,
    'my-plugin': id,
    // Not its path, which may need quotes, and tells where its author works.
    FOLDER: basename(folder),
    SUFFIX: language === 'typescript' ? 'ts' : 'js',
  };
  return text.replace(/kitwright-plugin-my-plugin|my-plugin|\b(?:FOLDER|SUFFIX)\b/g, (word) => words[word] ?? word);
}
