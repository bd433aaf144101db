import { definePlugin, isForUser, KitwrightError, messageOf, type Plugin, withDetails } from '@kitwright/core/internal';
import { checkOptions } from './checkOptions.ts';
import type { FoundPlugin, PluginPlace } from './PluginPlace.ts';
import { placeData, placeError, sourceOf } from './placeError.ts';
import { thrownAt } from './thrownBy.ts';
import { withOrigin } from './withOrigin.ts';

/**
 * The plugin that a module exports: itself, or what its function makes of the options. Throws `plugin-invalid`,
 * `plugin-failed`, or the error of Kitwright that the function throws.
 */
export async function makePlugin(found: FoundPlugin, exported: unknown, options: unknown): Promise<Plugin> {
  if (typeof exported !== 'function') {
    if (options !== undefined && isPlugin(exported)) throw takesNone(found);
    return checkPlugin(found, exported, 'exports');
  }
  const checked = await checkOptions(found, exported, options);
  return checkPlugin(found, call(found, exported as Factory, checked), 'is a function that returns');
}

type Factory = (options: unknown) => unknown;

function call(found: FoundPlugin, factory: Factory, options: unknown): unknown {
  try {
    return factory(options);
  } catch (error) {
    if (isForUser(error))
      throw error.code === 'plugin-invalid'
        ? withOrigin(error, found)
        : withDetails(error, { data: placeData(found), ...sourceOf(found) });
    throw placeError(found, {
      code: 'plugin-failed',
      problem: `fails when it is called with its options: ${messageOf(error)}`,
      hint: `${thrownAt(found, error)}Check its options; else it is for the author of the plugin.`,
      cause: error,
    });
  }
}

/** A checked plugin. `verb` is how it came to the value. Throws `plugin-invalid`. */
export function checkPlugin(at: PluginPlace | FoundPlugin, value: unknown, verb: string): Plugin {
  if (!isPlugin(value)) throw noPlugin(at, value, verb);
  try {
    return definePlugin(value);
  } catch (error) {
    throw error instanceof KitwrightError ? withOrigin(error, at) : error;
  }
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && 'apply' in value;
}

function noPlugin(at: PluginPlace | FoundPlugin, value: unknown, verb: string): KitwrightError {
  const [what, hint] = described(value);
  return placeError(at, { code: 'plugin-invalid', problem: `${verb} ${what} instead of a plugin`, hint });
}

/** What a value is, and how to come from it to a plugin. */
function described(value: unknown): readonly [what: string, hint: string] {
  const define = 'A plugin is what definePlugin({ name, apiVersion: 1, apply }) gives.';
  if (typeof value === 'function') {
    const name = /^[\w$]+$/.test(value.name) && value.name !== 'default' ? value.name : 'plugin';
    return [`the function ${name}`, `Call it: write "${name}()", with its options, not "${name}".`];
  }
  if (value === undefined || value === null) return ['nothing', `Was "return" forgotten? ${define}`];
  if (isPromise(value)) return ['a promise', 'It must be there at once: await what it needs before, or in a hook.'];
  return [Array.isArray(value) ? 'an array' : typeof value === 'object' ? 'an object' : `a ${typeof value}`, define];
}

/** Nobody awaits it, so its rejection is handled here. */
function isPromise(value: unknown): boolean {
  if (typeof (value as { readonly then?: unknown }).then !== 'function') return false;
  (value as PromiseLike<unknown>).then(undefined, () => undefined);
  return true;
}

function takesNone(found: FoundPlugin): KitwrightError {
  return placeError(found, {
    code: 'plugin-invalid',
    problem: 'takes no options: it exports a plugin, not a function',
    hint: `Write only ${JSON.stringify(found.name)} in the config.`,
  });
}
