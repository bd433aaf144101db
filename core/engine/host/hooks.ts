import tapable from 'tapable';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { nearWords } from '../errors/nearWords.ts';
import { standardWait } from '../store/retrying.ts';
import { createPluginCalls, type PluginCalls } from './createPluginCalls.ts';
import { deepFreeze } from './deepFreeze.ts';
import { hookError } from './pluginError.ts';

/** One row per hook; there must be as many names as arguments. */
export type HookTable<T> = {
  readonly [K in keyof T]: T[K] extends Hook<infer Kind, infer A, unknown>
    ? { readonly kind: Kind; readonly args: { readonly [I in keyof A]: string } }
    : never;
};

export interface Hook<K extends HookKind, A extends readonly unknown[], R = undefined> {
  readonly kind: K;
  readonly args: A;
  readonly result: R;
}

/** How a hook runs. The kind is part of the public type, so that misuse does not compile. */
export type HookKind = 'Sync' | 'SyncBail' | 'SyncWaterfall' | 'AsyncSeries' | 'AsyncParallel' | 'AsyncSeriesWaterfall';

export interface HookSet<T> {
  readonly calls: Calls<T>;
  readonly facade: (plugin: string) => Taps<T>;
  readonly isTapped: (name: keyof T) => boolean;
  /** After this, a tap is an error. */
  readonly seal: () => void;
}

/** The side that the engine calls. */
export type Calls<T> = { readonly [K in keyof T]: CallFunction<T[K]> };

export type CallFunction<H> = H extends Hook<'Sync', infer A, unknown> ? (...args: A) => void : TapFunction<H>;

/** The function of a tap. A tap of a synchronous hook may return nothing, but no promise. */
export type TapFunction<H> =
  H extends Hook<infer K, infer A, infer R>
    ? K extends 'Sync'
      ? (...args: A) => Nothing
      : K extends 'SyncBail'
        ? (...args: A) => R | Nothing
        : K extends 'SyncWaterfall'
          ? (...args: A) => R
          : K extends 'AsyncSeriesWaterfall'
            ? (...args: A) => Promise<R>
            : (...args: A) => Promise<void>
    : never;

/** No value. As a result, `void` alone would take a promise too; in a union it does not. */
// biome-ignore lint/suspicious/noConfusingVoidType: see above.
export type Nothing = void | undefined;

/** The side of the hooks that a plugin sees. */
export type Taps<T> = {
  readonly [K in keyof T]: { readonly tap: (fn: TapFunction<T[K]>, options?: TapOptions) => void };
};

export interface TapOptions {
  readonly order?: 'pre' | 'post';
}

const stages = { pre: -100, post: 100 } as const;

/** Makes the hooks of a table: tapable underneath, typed on top. */
export function createHooks<T>(table: HookTable<T>, calls: PluginCalls = uncancelled()): HookSet<T> {
  const rows = Object.entries(table) as unknown as readonly (readonly [string, Row])[];
  const hooks = new Map(rows.map(([name, row]) => [name, createHook(name, row)]));
  let isSealed = false;
  const tapFor =
    (plugin: string, hook: NamedHook) =>
    (fn: Fn, options: TapOptions = {}): void => {
      if (isSealed) throw tooLate(plugin, hook);
      requireFunction(plugin, hook.name, fn);
      tap(hook, plugin, fn, options, calls);
    };
  return {
    calls: eachHook(hooks, callOf) as unknown as Calls<T>,
    facade: (plugin) =>
      guarded(
        plugin,
        eachHook(hooks, (hook) => Object.freeze({ tap: tapFor(plugin, hook) })),
      ) as Taps<T>,
    isTapped: (name) => hooks.get(String(name))?.raw.isUsed() ?? false,
    seal: () => {
      isSealed = true;
    },
  };
}

/** One hook of tapable with its row of the table. */
interface NamedHook {
  readonly name: string;
  readonly kind: HookKind;
  readonly raw: RawHook;
}

interface Row {
  readonly kind: HookKind;
  readonly args: readonly string[];
}

interface RawHook {
  readonly call: Fn;
  readonly promise: (...args: unknown[]) => Promise<unknown>;
  readonly isUsed: () => boolean;
  readonly tap: (options: { readonly name: string; readonly stage: number }, fn: Fn) => void;
  readonly tapPromise: (
    options: { readonly name: string; readonly stage: number },
    fn: (...args: unknown[]) => Promise<unknown>,
  ) => void;
}

type Fn = (...args: unknown[]) => unknown;

const constructors = tapable as unknown as Readonly<
  Record<string, new (args: readonly string[], name: string) => RawHook>
>;

function createHook(name: string, { kind, args }: Row): NamedHook {
  const Constructor = constructors[`${kind}Hook`];
  if (!Constructor) throw new KitwrightError('internal-error', `There is no hook of kind ${kind}.`);
  return { name, kind, raw: new Constructor(kind === 'AsyncParallel' ? [...args, 'failures'] : args, name) };
}

function uncancelled(): PluginCalls {
  return createPluginCalls(new AbortController().signal, standardWait);
}

function eachHook<V>(hooks: ReadonlyMap<string, NamedHook>, make: (hook: NamedHook) => V): Readonly<Record<string, V>> {
  return Object.freeze(Object.fromEntries([...hooks].map(([name, hook]) => [name, make(hook)])));
}

/**
 * What taps receive is frozen, so that a change is an error and not a surprise for the next plugin. A hook that nobody taps is not
 * called: tapable compiles a function for it first.
 */
function callOf({ name, kind, raw }: NamedHook): Fn {
  const call = (args: readonly unknown[]) => {
    if (isSync(kind)) return raw.call(...args);
    return kind === 'AsyncParallel' ? callParallel(raw, name, args) : raw.promise(...args);
  };
  return (...args) => {
    if (raw.isUsed()) return call(args.map(deepFreeze));
    const given = kind.endsWith('Waterfall') ? args[0] : undefined;
    return isSync(kind) ? given : Promise.resolve(given);
  };
}

function isSync(kind: HookKind): boolean {
  return kind.startsWith('Sync');
}

async function callParallel(hook: RawHook, name: string, args: readonly unknown[]): Promise<void> {
  const failures: unknown[] = [];
  await hook.promise(...args, failures);
  if (failures.length > 1) throw new AggregateError(failures, `${failures.length} plugins failed in ${name}`);
  if (failures.length) throw failures[0];
}

function tooLate(plugin: string, { name }: NamedHook): KitwrightError {
  return new KitwrightError(
    'plugin-invalid',
    `The plugin ${plugin} taps ${name} too late: hooks are sealed after "apply".`,
  );
}

/** Throws `plugin-invalid`. */
export function requireFunction(plugin: string, hook: string, fn: unknown): void {
  if (typeof fn === 'function') return;
  throw new KitwrightError(
    'plugin-invalid',
    `The plugin ${plugin} taps ${hook} with a value of type ${typeof fn}; it takes a function.`,
    { hint: `Written hooks.${hook}.tap((given) => { ... }).` },
  );
}

function tap(hook: NamedHook, plugin: string, fn: Fn, { order }: TapOptions, calls: PluginCalls): void {
  const options = { name: plugin, stage: order ? stages[order] : 0 };
  if (isSync(hook.kind)) hook.raw.tap(options, syncTap(hook, plugin, fn, calls));
  else hook.raw.tapPromise(options, asyncTap(hook, plugin, fn, calls));
}

function syncTap({ name, kind }: NamedHook, plugin: string, fn: Fn, calls: PluginCalls): Fn {
  return (...args) => {
    try {
      return checkResult(
        kind,
        calls.runSync(plugin, name, () => fn(...args)),
      );
    } catch (error) {
      throw hookError(plugin, name, error);
    }
  };
}

/** One failure does not stop parallel taps: failures are collected in the last argument. */
function asyncTap({ name, kind }: NamedHook, plugin: string, fn: Fn, calls: PluginCalls) {
  return async (...args: unknown[]): Promise<unknown> => {
    const failures = kind === 'AsyncParallel' ? (args.pop() as unknown[]) : undefined;
    try {
      return checkResult(kind, await calls.run(plugin, name, (async () => fn(...args))()));
    } catch (error) {
      const wrapped = hookError(plugin, name, error);
      if (!failures) throw wrapped;
      failures.push(wrapped);
      return undefined;
    }
  };
}

function checkResult(kind: HookKind, result: unknown): unknown {
  if (isSync(kind)) refusePromise(result);
  if (kind.endsWith('Waterfall') && result === undefined) throw new TypeError('a waterfall tap must return a value');
  return deepFreeze(result);
}

/** A promise that nobody awaits is an error; its own rejection is handled here. */
export function refusePromise(result: unknown): void {
  if (typeof (result as { then?: unknown } | null | undefined)?.then !== 'function') return;
  (result as PromiseLike<unknown>).then(undefined, () => undefined);
  throw new TypeError('an async function cannot be used here, because nobody awaits it');
}

/** Tapping an unknown hook is an error that lists the known ones. */
export function guarded(plugin: string, taps: Readonly<Record<string, unknown>>): unknown {
  return new Proxy(taps, {
    get: (target, name) => {
      if (typeof name === 'symbol' || Object.hasOwn(target, name)) return target[name as string];
      throw unknownHook(plugin, name, Object.keys(target));
    },
  });
}

function unknownHook(plugin: string, name: string, known: readonly string[]): KitwrightError {
  const near = nearWords(name, known);
  const message = `The plugin ${plugin} taps the hook ${JSON.stringify(name)}, which does not exist; there are ${known.join(', ')}.`;
  return new KitwrightError('plugin-invalid', message, {
    data: { plugin, hook: name },
    hint: near.length ? `Did you mean ${near.join(' or ')}?` : 'Does the plugin need another version of Kitwright?',
  });
}
