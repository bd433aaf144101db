import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { withDetails } from '../errors/withDetails.ts';
import { createPool, type LayerPool, type PoolOptions } from '../layers/createPool.ts';
import type { Limits } from '../layers/Limits.ts';
import { dataRoot } from '../store/openStore.ts';
import { standardWait, type Wait } from '../store/retrying.ts';
import { version } from '../version.ts';
import {
  type BuildHandle,
  type BuildHooks,
  createBuildHooks,
  createLifetimeHooks,
  type LifetimeHooks,
  type WatchChange,
} from './buildHooks.ts';
import { type CapabilitySet, createCapabilities } from './createCapabilities.ts';
import { type ContextOptions, createOpenContext } from './createOpenContext.ts';
import { createPluginCalls, type PluginCalls, type Timing } from './createPluginCalls.ts';
import { localExecutor } from './Executor.ts';
import type { Diagnostic, KitwrightEvent } from './events.ts';
import { type Calls, guarded, type HookSet, type Nothing, refusePromise, requireFunction, type Taps } from './hooks.ts';
import type { Environment, OpenContext } from './OpenContext.ts';
import { definePlugin, type Plugin, type PluginContext } from './plugin.ts';
import { isForUser } from './pluginError.ts';

/** What `createKitwright` needs. */
export interface KitwrightOptions {
  readonly plugins: readonly Plugin[];
  /** Threads that hash; the number of cores by default. */
  readonly threads?: number;
  readonly limits?: Limits;
  /** Ends what plugins do; never aborted by default. */
  readonly signal?: AbortSignal;
  /** Variables that plugins see; those of the process by default. */
  readonly env?: Environment;
  /** Absolute path: below it each plugin has a folder for its files. The root of the store by default. */
  readonly home?: string;
  /** Measure the time that plugins take. */
  readonly timing?: boolean;
  /** Id of the executor that hashes; threads of this process by default. */
  readonly executor?: string;
  /** How plugins wait; tests do not. */
  readonly wait?: Wait;
}

/** Applied plugins and a worker pool, ready for runs; ends with `close`. */
export interface Kitwright {
  readonly capabilities: CapabilitySet;
  /** What a plugin gets when it opens something. */
  readonly contextFor: (plugin: string, options?: ContextOptions) => OpenContext;
  /** Calls into plugins that have not ended, as `plugin: what it does`. */
  readonly underWay: () => readonly string[];
  readonly wait: Wait;
  readonly pool: LayerPool;
  readonly event: (event: KitwrightEvent) => void;
  readonly diagnostic: (diagnostic: Diagnostic) => void;
  /** The hooks of a new run; the plugins have tapped them, and they are sealed. */
  readonly beginBuild: () => Calls<BuildHooks>;
  /** Tells plugins what changed, if any wants to know. */
  readonly watchChange: (change: () => WatchChange) => void;
  /** Time that plugins took, the longest first; empty without `timing`. */
  readonly timings: () => readonly Timing[];
  /** Did a plugin of the last run tap a hook that can change the plan although no file changed? */
  readonly plansFreely: () => boolean;
  /** Did a plugin of the last run tap a hook that can refuse a push? */
  readonly checksPushes: () => boolean;
  readonly close: () => Promise<void>;
}

/** Hooks that can change the plan. */
const planning = ['kitfile', 'entry', 'file', 'plan'] as const;

/** Applies the plugins in order and seals the hooks. Throws `plugin-invalid` or `plugin-failed`. */
export function createKitwright(options: KitwrightOptions): Kitwright {
  const { plugins, threads, limits, signal = new AbortController().signal, wait = standardWait } = options;
  const calls = createPluginCalls(signal, wait, options.timing);
  const hooks = createLifetimeHooks(calls);
  const capabilities = createCapabilities(calls);
  const contextFor = contexts(options, signal, calls, capabilities, hooks);
  let building = createBuildHooks(calls);
  applyAll(plugins, (name) => ({
    hooks: tapsFor(hooks, name, () => building),
    register: (kind, capability) => capabilities.add(name, kind, capability),
    wrap: (kind, id, wrap) => capabilities.wrap(name, { kind, id, wrap }),
    declare: (kind, methods) => capabilities.declare(name, kind, methods),
    capabilities,
    context: contextFor(name),
  }));
  capabilities.seal();
  hooks.seal();
  const { executor = localExecutor } = options;
  const pool = openExecutor(executor, capabilities, {
    ...(threads === undefined ? {} : { threads }),
    ...(limits ? { limits } : {}),
  });
  hooks.calls.configure({ plugins: plugins.map(({ name }) => name), executor, threads: pool.threads });
  return {
    capabilities,
    contextFor,
    underWay: calls.underWay,
    wait,
    pool,
    event: (event) => hooks.calls.event(event),
    diagnostic: (diagnostic) => hooks.calls.diagnostic(diagnostic),
    beginBuild: () => {
      const build = createBuildHooks(calls);
      building = build;
      hooks.calls.build({ hooks: build.facade('kitwright') });
      build.seal();
      return build.calls;
    },
    watchChange: (change) => {
      if (hooks.isTapped('watchChange')) hooks.calls.watchChange(change());
    },
    timings: calls.timings,
    plansFreely: () => planning.some((name) => building.isTapped(name)),
    checksPushes: () => building.isTapped('beforePush'),
    close: async () => {
      await hooks.calls.dispose();
      await pool.close();
    },
  };
}

/** The executor of this name; the one that every Kitwright has needs no plugin. */
function openExecutor(id: string, capabilities: CapabilitySet, options: PoolOptions): LayerPool {
  const local = createPool(options);
  return id === localExecutor ? local : capabilities.get('executor', id).open(options, local);
}

function contexts(
  { env = process.env, home, wait = standardWait }: KitwrightOptions,
  signal: AbortSignal,
  { note }: PluginCalls,
  capabilities: CapabilitySet,
  hooks: HookSet<LifetimeHooks>,
): Kitwright['contextFor'] {
  const network = () => capabilities.all('network')[0];
  const diagnostic = (message: Diagnostic) => hooks.calls.diagnostic(message);
  const folder = () => home ?? dataRoot(undefined, env);
  const shared = { signal, env, home: folder, userAgent: `kitwright/${version}`, network, wait, diagnostic, note };
  return (plugin, options) => createOpenContext(plugin, shared, options);
}

function applyAll(plugins: readonly Plugin[], contextOf: (name: string) => PluginContext): void {
  const names = new Set<string>();
  for (const plugin of plugins.map(definePlugin)) {
    if (names.has(plugin.name))
      throw new KitwrightError('plugin-invalid', `The plugin ${plugin.name} is there twice.`, {
        data: { plugin: plugin.name },
        hint: 'Those that Kitwright brings along are there already, and need not be named.',
      });
    names.add(plugin.name);
    applyPlugin(plugin, () => plugin.apply(contextOf(plugin.name)));
  }
}

function applyPlugin(plugin: Plugin, apply: () => unknown): void {
  try {
    refusePromise(apply());
  } catch (error) {
    const data = { plugin: plugin.name };
    if (isForUser(error)) throw withDetails(error, { data });
    throw new KitwrightError(
      'plugin-failed',
      `The plugin ${plugin.name} failed in apply: ${messageOf(error).replace(/\.$/, '')}.`,
      {
        data,
        cause: error,
        hint: 'apply must be synchronous; what takes time belongs in a hook. Else it is for the author of the plugin.',
      },
    );
  }
}

/** The lifetime hooks for one plugin; its taps of a build carry its name too. */
function tapsFor(hooks: HookSet<LifetimeHooks>, name: string, current: () => HookSet<BuildHooks>): Taps<LifetimeHooks> {
  const taps = hooks.facade(name);
  const named = (fn: (build: BuildHandle) => Nothing) => () => fn({ hooks: current().facade(name) });
  const all: Taps<LifetimeHooks> = {
    ...taps,
    build: {
      tap: (fn, options) => {
        requireFunction(name, 'build', fn);
        taps.build.tap(named(fn), options);
      },
    },
  };
  return guarded(name, Object.freeze(all)) as Taps<LifetimeHooks>;
}
