import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Every way in which a directory can contain code of a config: files by name. Each appends to MARK in the working
 * directory.
 */
export const hostileConfigs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a module': { 'kitwright.config.mjs': program('export default {};') },
  TypeScript: { 'kitwright.config.ts': program('export default {} as object;') },
  CommonJS: {
    'kitwright.config.cjs': "require('node:fs').appendFileSync('MARK', 'x'); module.exports = {};",
  },
  'a plugin in JSON': { 'kitwright.config.json': '{"plugins": ["./evil.mjs"]}', ...plugin() },
  'a plugin in YAML': { 'kitwright.config.yaml': 'plugins:\n  - [./evil.mjs, {a: 1}]\n', ...plugin() },
  'a plugin in package.json': { 'package.json': '{"kitwright": {"plugins": ["./evil.mjs"]}}', ...plugin() },
};

function plugin(): Readonly<Record<string, string>> {
  return { 'evil.mjs': program("export default () => ({ name: 'evil', apiVersion: 1, apply() {} });") };
}

function program(rest: string): string {
  return `import { appendFileSync } from 'node:fs'; appendFileSync('MARK', 'x'); ${rest}\n`;
}

export function addFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Has code of a hostile config run in this working directory? */
export function hasRun(folder: string): boolean {
  return existsSync(join(folder, 'MARK'));
}
