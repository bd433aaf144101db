import { basename, resolve } from 'node:path';
import { type Capability, capabilities, isCapability } from './capabilities.ts';
import type { Language, PluginName } from './PluginChoice.ts';
import { UsageError } from './UsageError.ts';

/** A name that npm and `definePlugin` take. */
const packageForm = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;

/** The longest name at npm. */
const maxName = 214;

/**
 * `my-plugin`, `@acme/my-plugin` or a folder. A name without a scope gets the prefix `kitwright-plugin-`, by which it is
 * found. Throws `UsageError`.
 */
export function checkedName(text: string): PluginName {
  const scoped = /^(@[^/\\]+)\/([^/\\]+)$/.exec(text);
  const folder = resolve(scoped?.[2] ?? text);
  const word = basename(folder);
  const id = word.replace(/^kitwright-(?:plugin-)?/, '');
  const packageName = scoped ? text : `kitwright-plugin-${id}`;
  if (!/^[a-z][a-z0-9-]*$/.test(id) || !packageForm.test(packageName) || packageName.length > maxName)
    throw new UsageError(
      `A plugin cannot be called ${JSON.stringify(word)}: a name has lower case letters, digits and hyphens, and begins with a letter.`,
    );
  return { folder, packageName, id };
}

/** Throws `UsageError`. */
export function checkedCapability(text: string): Capability {
  if (isCapability(text)) return text;
  const known = Object.keys(capabilities).join(', ');
  throw new UsageError(`There is no capability ${JSON.stringify(text)}; there are ${known}.`);
}

const languages: Readonly<Record<string, Language>> = {
  ts: 'typescript',
  typescript: 'typescript',
  js: 'javascript',
  javascript: 'javascript',
};

/** Throws `UsageError`. */
export function checkedLanguage(text: string): Language {
  const found = Object.hasOwn(languages, text) ? languages[text] : undefined;
  if (!found) throw new UsageError(`There is no language ${JSON.stringify(text)}; there are ts and js.`);
  return found;
}
