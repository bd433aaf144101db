import { KitwrightError } from '../errors/KitwrightError.ts';
import type { LifetimeHooks } from './buildHooks.ts';
import type { Capabilities } from './capabilities.ts';
import type { CapabilitySet } from './createCapabilities.ts';
import type { Nothing, Taps } from './hooks.ts';
import type { OpenContext } from './OpenContext.ts';

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
  /**
   * Replaces a capability by one that is made of it: `wrap('target', 'registry', (inner) => ({ ...inner, open }))`. The
   * order of plugins does not matter; two that wrap the same one are applied in their order.
   */
  readonly wrap: <K extends keyof Capabilities>(
    kind: K,
    id: string,
    make: (inner: Capabilities[K]) => Capabilities[K],
  ) => void;
  /** Adds a kind of its own, by which `Capabilities` was extended, and the methods that each of it must have. */
  readonly declare: (kind: string, methods: readonly string[]) => void;
  /** What all plugins have registered: complete once a hook is called. */
  readonly capabilities: CapabilitySet;
  /** For capabilities that nobody opens with a context: a logger, the network, the signal. */
  readonly context: OpenContext;
}

export const pluginApiVersion = 1;

/** Checks the shape of a plugin and freezes it. Throws `plugin-invalid`. */
export function definePlugin(plugin: Plugin): Plugin {
  if (typeof plugin !== 'object' || plugin === null)
    throw new KitwrightError('plugin-invalid', `A plugin must be an object, not a value of type ${typeof plugin}.`, {
      ...(typeof plugin === 'function' ? { hint: 'If this function makes the plugin, call it.' } : {}),
    });
  const { name, apiVersion, apply } = plugin;
  if (typeof name !== 'string' || !/^[a-z0-9@][a-z0-9@/._-]*$/.test(name)) {
    throw new KitwrightError('plugin-invalid', `A plugin needs a name in lower case, not ${JSON.stringify(name)}.`);
  }
  if (typeof apiVersion !== 'number')
    throw new KitwrightError('plugin-invalid', `The plugin ${name} ${wrongVersion(apiVersion)}.`, {
      data: { plugin: name },
      hint: `It must be the number ${pluginApiVersion}: apiVersion: ${pluginApiVersion}.`,
    });
  if (apiVersion !== pluginApiVersion) {
    throw new KitwrightError(
      'plugin-invalid',
      `The plugin ${name} speaks API ${apiVersion}, this Kitwright speaks ${pluginApiVersion}.`,
      {
        data: { plugin: name, apiVersion, supported: pluginApiVersion },
        hint: `${apiVersion > pluginApiVersion ? 'Upgrade Kitwright' : 'Upgrade the plugin'}: both must speak the same version.`,
      },
    );
  }
  if (typeof apply !== 'function')
    throw new KitwrightError('plugin-invalid', `The plugin ${name} has no function "apply".`, {
      data: { plugin: name },
      hint: 'apply({ hooks, register }) is where a plugin says what it does.',
    });
  return Object.freeze({ ...plugin });
}

function wrongVersion(found: unknown): string {
  if (found === undefined) return 'names no apiVersion';
  const value = typeof found === 'string' ? JSON.stringify(found.slice(0, 50)) : `a value of type ${typeof found}`;
  return `names ${value} as its apiVersion, which is no number`;
}
