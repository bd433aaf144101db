import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KitwrightError, messageOf } from '@kitwright/core/internal';
import type { LoadedPlugin } from './PluginPlace.ts';

/** The plugin in whose files an error arose, where no call into the plugin could be caught: in a timer, or an event. */
export function thrownBy(error: unknown, loaded: readonly LoadedPlugin[]): LoadedPlugin | undefined {
  const file = error instanceof Error && !(error instanceof KitwrightError) ? fileIn(error.stack ?? '') : undefined;
  return file === undefined ? undefined : loaded.find((each) => holds(each, file));
}

/** The error of that plugin. */
export function crashOf({ plugin }: LoadedPlugin, error: unknown): KitwrightError {
  const message = `The plugin ${plugin.name} failed where nobody awaits it: ${messageOf(error).replace(/\.$/, '')}.`;
  return new KitwrightError('plugin-failed', message, { data: { plugin: plugin.name }, cause: error });
}

/** The file of the first frame that is no module of Node: `at f (file:///x.js:1:2)`, `at /x.cjs:1:2`. */
function fileIn(stack: string): string | undefined {
  const [, url, path] =
    /^ +at (?:[^(\n]{0,500}\()?(?:async )?(?:(file:\/\/[^\n)]+)|(\/[^\n)]+|[A-Z]:\\[^\n)]+)):\d+:\d+\)?$/m.exec(
      stack,
    ) ?? [];
  try {
    return url === undefined ? path : fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** A package holds all of its files; a file of the project is alone. */
function holds({ at }: LoadedPlugin, file: string): boolean {
  if (!('file' in at)) return false;
  return file === at.file || (at.pack !== undefined && file.startsWith(at.pack.folder + sep));
}
