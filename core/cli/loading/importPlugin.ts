import { guardModules, KitwrightError, messageOf } from '@kitwright/core/internal';
import { withoutWarnings } from '../config/withoutWarnings.ts';
import { installCommand } from './installCommand.ts';
import type { FoundPlugin } from './PluginPlace.ts';
import { placeError } from './placeError.ts';
import { thrownAt } from './thrownBy.ts';

/** Runs the module of a plugin and gives what it exports by default. Throws `plugin-invalid`, `plugin-failed`. */
export async function importPlugin(found: FoundPlugin): Promise<unknown> {
  const module = await load(found);
  const exported = defaultOf(module);
  if (exported !== undefined) return exported;
  const names = Object.keys(module).filter((name) => !['default', 'module.exports', '__esModule'].includes(name));
  throw placeError(found, {
    code: 'plugin-invalid',
    problem: `has no plugin as its default export${names.length ? `: it exports ${names.slice(0, 10).join(', ')}` : ''}`,
    hint: 'Its module must end with "export default definePlugin({ ... })", or a function that returns that.',
  });
}

type Module = Readonly<Record<string, unknown>>;

async function load(found: FoundPlugin): Promise<Module> {
  try {
    guardModules(found.place.owner, found.file);
    return (await withoutWarnings(() => import(found.url))) as Module;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'config-untrusted') throw error;
    const missing = missingPackage(error);
    throw missing === undefined ? thrown(found, error) : notInstalled(found, missing, error);
  }
}

/** What a compiler makes of a module for CommonJS has the default export one level deeper. */
function defaultOf(module: Module): unknown {
  const exported = module['default'];
  if (typeof exported !== 'object' || exported === null || 'apply' in exported) return exported ?? undefined;
  if ('default' in exported) return exported.default ?? undefined;
  return Object.keys(exported).length ? exported : undefined;
}

/** How Node's `import`, its `require` and Plug'n'Play say that a package is not there. */
const missingForms = [
  /^Cannot find package '([^']+)'/,
  /^Cannot find module '([^']+)'/,
  /tried to (?:access|import) (@?[^\s,()]+)/,
];

/** The package that a module needs and Node does not find; undefined for any other failure. */
function missingPackage(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | null | undefined)?.code;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return undefined;
  const message = messageOf(error);
  const name = missingForms.map((form) => form.exec(message)?.[1]).find((each) => each !== undefined);
  return name === undefined ? undefined : /^(?:@[\w~][\w.~-]*\/)?[\w~][\w.~-]*/.exec(name)?.[0];
}

function notInstalled(found: FoundPlugin, name: string, cause: unknown): KitwrightError {
  const isPeer = name === '@kitwright/core';
  const install = installCommand(found.place, name) ?? 'install it';
  const undeclared =
    'If it is installed, the plugin does not name it in its package.json: its author must add it' +
    (isPeer ? ' to "peerDependencies".' : ' to "dependencies".');
  return placeError(found, {
    code: 'plugin-invalid',
    problem: `needs ${name}${isPeer ? ', its peer,' : ''} which is not installed where it could find it`,
    hint: `"${install}". ${undeclared}`,
    cause,
  });
}

function thrown(found: FoundPlugin, error: unknown): KitwrightError {
  return placeError(found, {
    code: 'plugin-failed',
    problem: `cannot be loaded, its module fails: ${messageOf(error)}`,
    hint: `${thrownAt(found, error)}Its author must correct that, or it needs another version of Node or of @kitwright/core.`,
    cause: error,
  });
}
