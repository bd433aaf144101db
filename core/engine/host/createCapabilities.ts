import { KitwrightError } from '../errors/KitwrightError.ts';
import { answers } from './answers.ts';
import type { Capabilities } from './capabilities.ts';
import type { PluginCalls } from './createPluginCalls.ts';
import { guardMethods } from './guardMethods.ts';
import { hookError } from './pluginError.ts';
import { checkCapability, type Shapes, shapes } from './shapes.ts';

/** What the plugins have registered, by kind and id. */
export interface CapabilitySet {
  /** Throws `plugin-invalid`, or the code of the kind, listing what exists. */
  readonly get: <K extends keyof Capabilities>(kind: K, id: string) => Capabilities[K];
  readonly all: <K extends keyof Capabilities>(kind: K) => readonly Capabilities[K][];
  /** The name of the plugin that registered it; undefined if nobody did. */
  readonly pluginOf: (kind: keyof Capabilities, id: string) => string | undefined;
}

/** The side that plugins change, until all of them are applied. */
export interface CapabilityRegistry extends CapabilitySet {
  readonly add: <K extends keyof Capabilities>(plugin: string, kind: K, capability: Capabilities[K]) => void;
  /** Replaces a capability by one made of it, whichever plugin registers it, before or after. */
  readonly wrap: <K extends keyof Capabilities>(plugin: string, wrapper: Wrapper<K>) => void;
  /** From now on a kind of this name exists. */
  readonly declare: (plugin: string, kind: string, methods: readonly string[]) => void;
  /** Applies the wrappers; nothing changes after this. Throws `plugin-invalid` for one that has nothing to wrap. */
  readonly seal: () => void;
}

/** Makes a capability of another one with the same id. */
export interface Wrapper<K extends keyof Capabilities> {
  readonly kind: K;
  readonly id: string;
  readonly wrap: (inner: Capabilities[K]) => Capabilities[K];
}

interface Registered {
  readonly plugin: string;
  readonly capability: { readonly id: string };
}

type Kinds = ReadonlyMap<string, Map<string, Registered>>;

const missingCodes: Readonly<Record<string, string>> = {
  layerType: 'layer-format-unknown',
  compressor: 'compression-unknown',
  target: 'target-invalid',
  importer: 'usage',
  remoteData: 'usage',
  signer: 'usage',
  verifier: 'usage',
  reporter: 'usage',
  executor: 'usage',
  exporter: 'usage',
};
const words: Readonly<Record<string, string>> = {
  layerType: 'layer format',
  compressor: 'compression',
  remoteData: 'scheme of remote data',
};

export function createCapabilities(calls: PluginCalls): CapabilityRegistry {
  const known = new Map<string, Shapes[string]>(Object.entries(shapes));
  const kinds = new Map([...known.keys()].map((kind) => [kind, new Map<string, Registered>()]));
  let isSealed = false;
  const requireTime = (plugin: string, what: string) => {
    if (isSealed)
      throw new KitwrightError(
        'plugin-invalid',
        `The plugin ${plugin} ${what} too late: after "apply" nothing is taken.`,
      );
  };
  const wrappers: (readonly [plugin: string, Wrapper<keyof Capabilities>])[] = [];
  const guarded = (plugin: string, kind: string, capability: object) =>
    guardMethods(capability, {
      plugin,
      label: `${kind} ${idOf(capability)}`,
      calls,
      answers: Object.hasOwn(answers, kind) ? answers[kind as keyof Capabilities] : undefined,
    }) as Registered['capability'];
  return {
    declare: (plugin, kind, methods) => {
      requireTime(plugin, `declares ${kind}`);
      if (known.has(kind))
        throw new KitwrightError('plugin-invalid', `The plugin ${plugin} declares ${kind}, which exists.`);
      known.set(kind, methods);
      kinds.set(kind, new Map());
    },
    add: (plugin, kind, capability) => {
      requireTime(plugin, `registers a ${kind}`);
      checkCapability(plugin, kind, capability, known);
      add(kinds, kind, { plugin, capability: guarded(plugin, kind, capability) });
    },
    wrap: (plugin, wrapper) => {
      requireTime(plugin, `wraps a ${wrapper.kind}`);
      wrappers.push([plugin, wrapper as unknown as Wrapper<keyof Capabilities>]);
    },
    seal: () => {
      isSealed = true;
      for (const [plugin, { kind, id, wrap }] of wrappers)
        try {
          const of = kinds.get(kind);
          const inner = of?.get(id);
          if (!of || !inner) throw nothingToWrap(plugin, kind, id, of);
          const wrapped: unknown = wrap(inner.capability as Capabilities[typeof kind]);
          if (typeof wrapped !== 'object' || wrapped === null) throw wrapsToNothing(plugin, kind, id);
          checkCapability(plugin, kind, wrapped, known);
          of.set(id, { plugin: inner.plugin, capability: guarded(plugin, kind, wrapped as object) });
        } catch (error) {
          throw hookError(plugin, `wrap of ${kind} ${id}`, error);
        }
    },
    get: <K extends keyof Capabilities>(kind: K, id: string) => get(kinds, kind, id) as Capabilities[K],
    all: <K extends keyof Capabilities>(kind: K) =>
      [...(kinds.get(kind)?.values() ?? [])].map(({ capability }) => capability as Capabilities[K]),
    pluginOf: (kind, id) => kinds.get(kind)?.get(id)?.plugin,
  };
}

function idOf(capability: object): string {
  return String((capability as { readonly id?: unknown }).id);
}

function add(kinds: Kinds, kind: string, registered: Registered): void {
  const { plugin, capability } = registered;
  const of = kinds.get(kind);
  const other = of?.get(capability.id);
  if (other?.plugin === plugin)
    throw new KitwrightError('plugin-invalid', `The plugin ${plugin} registers the ${kind} ${capability.id} twice.`);
  if (other)
    throw new KitwrightError(
      'plugin-invalid',
      `The plugins ${other.plugin} and ${plugin} both register the ${kind} ${capability.id}.`,
      { hint: 'To change what another plugin registers, wrap it: wrap(kind, id, inner => ...).' },
    );
  of?.set(capability.id, registered);
}

function get(kinds: Kinds, kind: string, id: string): Registered['capability'] {
  const of = kinds.get(kind);
  const found = of?.get(id);
  if (found) return found.capability;
  throw new KitwrightError(
    missingCodes[kind] ?? 'plugin-invalid',
    `Unknown ${words[kind] ?? kind} ${JSON.stringify(id)}; there are: ${idsOf(of)}.`,
  );
}

function idsOf(of: ReadonlyMap<string, unknown> | undefined): string {
  return [...(of?.keys() ?? [])].join(', ') || 'none';
}

function wrapsToNothing(plugin: string, kind: string, id: string): KitwrightError {
  return new KitwrightError('plugin-invalid', `The plugin ${plugin} wraps the ${kind} ${id}, and returns no ${kind}.`, {
    hint: 'Return a changed copy: wrap(kind, id, (inner) => ({ ...inner, open })).',
  });
}

function nothingToWrap(
  plugin: string,
  kind: string,
  id: string,
  of: Kinds extends ReadonlyMap<string, infer V> ? V | undefined : never,
): KitwrightError {
  return new KitwrightError(
    'plugin-invalid',
    `The plugin ${plugin} wraps the ${kind} ${JSON.stringify(id)}, which nobody registers; there are: ${idsOf(of)}.`,
  );
}
