import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KitwrightError, messageOf } from '@kitwright/core/internal';
import type { FoundPlugin, LoadedPlugin } from './PluginPlace.ts';

/** How much of a stack is read, in characters. */
const maxStack = 20_000;

/** The plugin in whose files an error arose, where no call into the plugin could be caught: in a timer, or an event. */
export function thrownBy(error: unknown, loaded: readonly LoadedPlugin[]): LoadedPlugin | undefined {
  const file =
    error instanceof Error && !(error instanceof KitwrightError) ? framesIn(error.stack ?? '')[0]?.file : undefined;
  return file === undefined ? undefined : loaded.find(({ at }) => holds(at, file));
}

/** The error of that plugin. */
export function crashOf({ plugin }: LoadedPlugin, error: unknown): KitwrightError {
  const message = `The plugin ${plugin.name} failed where nobody awaits it: ${messageOf(error).replace(/\.$/, '')}.`;
  return new KitwrightError('plugin-failed', message, { data: { plugin: plugin.name }, cause: error });
}

/**
 * `Thrown at /path/index.js:12. `, for the first frame in the files of the plugin; else nothing. Of a module that cannot be
 * parsed Node tells the file, but not the line.
 */
export function thrownAt(at: FoundPlugin, error: unknown): string {
  const stack = error instanceof Error ? String(error.stack ?? '') : '';
  const frame = framesIn(stack).find(({ file }) => file !== undefined && holds(at, file));
  if (frame) return `Thrown at ${frame.file}:${frame.line}. `;
  return error instanceof SyntaxError ? `"node ${at.file}" shows where. ` : '';
}

/** The frames that are no modules of Node: `at f (file:///x.js:1:2)`, `at /x.cjs:1:2`, or `/x.cjs:1` before a line of code. */
function framesIn(stack: string) {
  const form =
    /^(?: +at (?:[^(\n]{0,500}\()?(?:async )?)?(?:(file:\/\/[^\n)]+?)|(\/[^\n)]+?|[A-Z]:\\[^\n)]+?)):(\d+)(?::\d+)?\)?$/gm;
  return [...stack.slice(0, maxStack).matchAll(form)].map(([, url, path, line]) => ({ file: pathOf(url, path), line }));
}

function pathOf(url: string | undefined, path: string | undefined): string | undefined {
  try {
    return url === undefined ? path : fileURLToPath(url);
  } catch {
    return undefined;
  }
}

/** A package holds all of its files; a file of the project is alone. */
function holds(at: LoadedPlugin['at'], file: string): boolean {
  if (!('file' in at)) return false;
  return file === at.file || (at.pack !== undefined && file.startsWith(at.pack.folder + sep));
}
