import { KitwrightError } from '../errors/KitwrightError.ts';
import type { LifetimeHooks } from './buildHooks.ts';
import type { Capabilities } from './capabilities.ts';
import type { Nothing, Taps } from './hooks.ts';

/** A plugin: a name, the version of this API, and what it does with hooks and capabilities. */
export interface Plugin {
  readonly name: string;
  readonly apiVersion: 1;
  /** Taps hooks and registers capabilities. It must be synchronous: hooks are sealed when it returns. */
  readonly apply: (context: PluginContext) => Nothing;
}

/** What `apply` receives. */
export interface PluginContext {
  readonly hooks: Taps<LifetimeHooks>;
  readonly register: <K extends keyof Capabilities>(kind: K, capability: Capabilities[K]) => void;
}

export const pluginApiVersion = 1;

/** Checks the shape of a plugin and freezes it. Throws `plugin-invalid`. */
export function definePlugin(plugin: Plugin): Plugin {
  const { name, apiVersion, apply } = plugin;
  if (typeof name !== 'string' || !/^[a-z0-9@][a-z0-9@/._-]*$/.test(name)) {
    throw new KitwrightError('plugin-invalid', `A plugin needs a name in lower case, not ${JSON.stringify(name)}.`);
  }
  if (apiVersion !== pluginApiVersion) {
    throw new KitwrightError(
      'plugin-invalid',
      `The plugin ${name} speaks API ${String(apiVersion)}, this Kitwright speaks ${pluginApiVersion}.`,
    );
  }
  if (typeof apply !== 'function') throw new KitwrightError('plugin-invalid', `The plugin ${name} has no "apply".`);
  return Object.freeze({ ...plugin });
}
