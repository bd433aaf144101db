// What of other packages came into a bundle, and under which license.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

export const readPackage = (name) => JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));

/** Some packages only name their license. */
export const licenseOf = (name) => {
  const folder = join(root, 'node_modules', name);
  const file = readdirSync(folder).find((candidate) => /^licen[cs]e(?:\.|$)/i.test(candidate));
  const text = file ? readFileSync(join(folder, file), 'utf8') : readPackage(name).license;
  if (!text) throw new Error(`${name} has no license.`);
  return `${name}\n\n${text}`;
};

/** Small, but with the names of the sources: errors and profiles tell them. */
export const publishedForm = {
  format: 'esm',
  minify: { compress: true, mangle: false, codegen: { removeWhitespace: true } },
  comments: false,
};

/** The packages whose code came into these files. */
export const packagesIn = (output) =>
  output
    .flatMap(({ modules = {} }) => Object.entries(modules))
    .filter(([, { renderedLength }]) => renderedLength > 0)
    .flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []);
