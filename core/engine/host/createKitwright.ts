import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { createPool, type LayerPool } from '../layers/createPool.ts';
import type { Limits } from '../layers/Limits.ts';
import {
  type BuildHandle,
  type BuildHooks,
  createBuildHooks,
  createLifetimeHooks,
  type LifetimeHooks,
} from './buildHooks.ts';
import { type CapabilityRegistry, createRegistry } from './capabilities.ts';
import type { Diagnostic, KitwrightEvent } from './events.ts';
import { type Calls, type HookSet, type Nothing, refusePromise, type Taps } from './hooks.ts';
import { definePlugin, type Plugin } from './plugin.ts';

/** What `createKitwright` needs. */
export interface KitwrightOptions {
  readonly plugins: readonly Plugin[];
  /** Threads that hash; the number of cores by default. */
  readonly threads?: number;
  readonly limits?: Limits;
}

/** Applied plugins and a worker pool, ready for runs; ends with `close`. */
export interface Kitwright {
  readonly capabilities: CapabilityRegistry;
  readonly pool: LayerPool;
  readonly event: (event: KitwrightEvent) => void;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
  /** The hooks of a new run; the plugins have tapped them, and they are sealed. */
  readonly beginBuild: () => Calls<BuildHooks>;
  /** Did a plugin of the last run tap a hook that can change the plan although no file changed? */
  readonly plansFreely: () => boolean;
  /** Did a plugin of the last run tap a hook that can refuse a push? */
  readonly checksPushes: () => boolean;
  readonly close: () => Promise<void>;
}

/** Hooks that can change the plan. */
const planning = ['kitfile', 'entry', 'file', 'plan'] as const;

/** Applies the plugins in order and seals the hooks. Throws `plugin-invalid` or `plugin-failed`. */
export function createKitwright({ plugins, threads, limits }: KitwrightOptions): Kitwright {
  const hooks = createLifetimeHooks();
  const capabilities = createRegistry();
  const names = new Set<string>();
  let building = createBuildHooks();
  for (const plugin of plugins.map(definePlugin)) {
    const { name } = plugin;
    if (names.has(name)) throw new KitwrightError('plugin-invalid', `The plugin ${name} is there twice.`);
    names.add(name);
    applyPlugin(plugin, () =>
      plugin.apply({
        hooks: tapsFor(hooks, name, () => building),
        register: (kind, capability) => capabilities.add(name, kind, capability),
      }),
    );
  }
  hooks.seal();
  const pool = createPool({ ...(threads === undefined ? {} : { threads }), ...(limits ? { limits } : {}) });
  return {
    capabilities,
    pool,
    event: (event) => hooks.calls.event(event),
    diagnostic: (diagnostic) => hooks.calls.diagnostic(diagnostic),
    beginBuild: () => {
      const build = createBuildHooks();
      building = build;
      hooks.calls.build({ hooks: build.facade('kitwright') });
      build.seal();
      return build.calls;
    },
    plansFreely: () => planning.some((name) => building.isTapped(name)),
    checksPushes: () => building.isTapped('beforePush'),
    close: async () => {
      await hooks.calls.dispose();
      await pool.close();
    },
  };
}

function applyPlugin(plugin: Plugin, apply: () => unknown): void {
  try {
    refusePromise(apply());
  } catch (error) {
    if (error instanceof KitwrightError) throw error;
    throw new KitwrightError('plugin-failed', `The plugin ${plugin.name} failed in apply: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** The lifetime hooks for one plugin; its taps of a build carry its name too. */
function tapsFor(hooks: HookSet<LifetimeHooks>, name: string, current: () => HookSet<BuildHooks>): Taps<LifetimeHooks> {
  const taps = hooks.facade(name);
  const named = (fn: (build: BuildHandle) => Nothing) => () => fn({ hooks: current().facade(name) });
  return Object.freeze({
    ...taps,
    build: { tap: (fn, options) => taps.build.tap(named(fn), options) },
  } satisfies Taps<LifetimeHooks>);
}
