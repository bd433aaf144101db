import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { CopyOutcome } from '../store/copy.ts';
import type { Target } from '../store/roles.ts';
import type { PluginCalls } from './createPluginCalls.ts';
import type { Evidence } from './Evidence.ts';
import type { Diagnostic, KitwrightEvent } from './events.ts';
import { createHooks, type Hook, type HookSet, type Taps } from './hooks.ts';
import type { KitDraft, Layer, ModelKit, Plan, PlanEntry, PlanFile, StoredKit } from './nouns.ts';

/** Hooks of one run, in the order in which they are called. */
export interface BuildHooks {
  /** Change the Kitfile after it was read and checked. */
  readonly kitfile: Hook<'AsyncSeriesWaterfall', [kitfile: Kitfile, context: BuildContext], Kitfile>;
  /** Change one element before its files are collected: media type, layer type, annotations. */
  readonly entry: Hook<'SyncWaterfall', [entry: PlanEntry], PlanEntry>;
  /** Leave a file out. */
  readonly file: Hook<'SyncBail', [file: PlanFile, entry: PlanEntry], 'skip'>;
  /** Change the plan before any byte is read; reject to refuse the build. */
  readonly plan: Hook<'AsyncSeriesWaterfall', [plan: Plan, context: BuildContext], Plan>;
  /** A layer is stored. */
  readonly layer: Hook<'AsyncParallel', [layer: Layer, context: BuildContext]>;
  /** Change config bytes, artifact type and annotations. */
  readonly manifest: Hook<'AsyncSeriesWaterfall', [draft: KitDraft, context: BuildContext], KitDraft>;
  /** Inspect the finished kit before it gets its names; reject to veto. */
  readonly assembled: Hook<'AsyncParallel', [kit: ModelKit, context: BuildContext]>;
  /** The kit is stored and has its names. */
  readonly stored: Hook<'AsyncParallel', [kit: StoredKit, context: BuildContext]>;
  /** A kit is about to be uploaded to another target; reject to veto. */
  readonly beforePush: Hook<'AsyncParallel', [push: Push, context: BuildContext]>;
  /** One blob of it was uploaded, mounted or skipped. */
  readonly blob: Hook<'AsyncParallel', [blob: PushedBlob, context: BuildContext]>;
  /** A kit was signed, or an attestation was made; the evidence is stored where the kit is. */
  readonly signed: Hook<'AsyncParallel', [signed: SignedKit, context: BuildContext]>;
  /** The kit is at the target and has its tags; what is about it can be attached there. */
  readonly pushed: Hook<'AsyncParallel', [push: Pushed, context: BuildContext]>;
  /** A kit is about to be copied into the local store; reject to veto. */
  readonly beforePull: Hook<'AsyncParallel', [pull: Pull, context: BuildContext]>;
  /** The kit is in the local store and has its tags. */
  readonly pulled: Hook<'AsyncParallel', [pull: Pull, context: BuildContext]>;
  /** A kit is about to be unpacked; nothing is written yet. Reject to veto. */
  readonly beforeUnpack: Hook<'AsyncParallel', [unpack: Unpack, context: BuildContext]>;
  /** Every file of the kit that was asked for is there, verified. */
  readonly unpacked: Hook<'AsyncParallel', [unpack: Unpack, context: BuildContext]>;
  /** The run succeeded. */
  readonly done: Hook<'AsyncSeries', [kit: StoredKit, context: BuildContext]>;
}

/** What every hook of a build receives besides its value. */
export interface BuildContext {
  readonly signal: AbortSignal;
}

/** A kit that is uploaded to another target. */
export interface Push {
  /** Undefined for a manifest that is no kit. */
  readonly kitfile: Kitfile | undefined;
  readonly root: Descriptor;
  readonly target: string;
  readonly repository: string;
  readonly tags: readonly string[];
}

/** A kit that was uploaded. */
export interface Pushed extends Push {
  /** Where it is now: `exists`, `push` and `tag` work in its repository. */
  readonly destination: Target;
}

/** A kit that is copied into the local store. */
export interface Pull extends Omit<Push, 'target'> {
  /** The name of the target from which it comes. */
  readonly source: string;
}

/** A kit that is unpacked. */
export interface Unpack {
  readonly kitfile: Kitfile;
  readonly root: Descriptor;
  /** Absolute path of the directory into which it is unpacked. */
  readonly directory: string;
  /** As given; empty for the whole kit. */
  readonly filters: readonly string[];
}

/** A kit, and what was signed about it. */
export interface SignedKit {
  readonly subject: Descriptor;
  /** Where it was stored. */
  readonly target: string;
  readonly repository: string;
  readonly evidence: readonly SignedEvidence[];
}

/** Evidence that is stored. */
export interface SignedEvidence {
  readonly evidence: Evidence;
  /** Of the manifest that holds it. */
  readonly manifest: Digest;
  /** The same was there already, and nothing was stored. */
  readonly existed: boolean;
}

/** One blob of an upload, and how it came to the target. */
export interface PushedBlob {
  readonly descriptor: Descriptor;
  readonly outcome: CopyOutcome;
}

export function createBuildHooks(calls: PluginCalls): HookSet<BuildHooks> {
  return createHooks<BuildHooks>(
    {
      kitfile: { kind: 'AsyncSeriesWaterfall', args: ['kitfile', 'context'] },
      entry: { kind: 'SyncWaterfall', args: ['entry'] },
      file: { kind: 'SyncBail', args: ['file', 'entry'] },
      plan: { kind: 'AsyncSeriesWaterfall', args: ['plan', 'context'] },
      layer: { kind: 'AsyncParallel', args: ['layer', 'context'] },
      manifest: { kind: 'AsyncSeriesWaterfall', args: ['draft', 'context'] },
      assembled: { kind: 'AsyncParallel', args: ['kit', 'context'] },
      stored: { kind: 'AsyncParallel', args: ['kit', 'context'] },
      beforePush: { kind: 'AsyncParallel', args: ['push', 'context'] },
      blob: { kind: 'AsyncParallel', args: ['blob', 'context'] },
      signed: { kind: 'AsyncParallel', args: ['signed', 'context'] },
      pushed: { kind: 'AsyncParallel', args: ['push', 'context'] },
      beforePull: { kind: 'AsyncParallel', args: ['pull', 'context'] },
      pulled: { kind: 'AsyncParallel', args: ['pull', 'context'] },
      beforeUnpack: { kind: 'AsyncParallel', args: ['unpack', 'context'] },
      unpacked: { kind: 'AsyncParallel', args: ['unpack', 'context'] },
      done: { kind: 'AsyncSeries', args: ['kit', 'context'] },
    },
    calls,
  );
}

/** What a plugin sees of a build: only its hooks. */
export interface BuildHandle {
  readonly hooks: Taps<BuildHooks>;
}

/** What this Kitwright works with. */
export interface Configured {
  /** Names, in the order in which they were applied. */
  readonly plugins: readonly string[];
  readonly executor: string;
  /** Threads that hash. */
  readonly threads: number;
}

/** What changed in a watched directory since the last kit. */
export interface WatchChange {
  /** Absolute. */
  readonly directory: string;
  /** Relative to the directory; at most 100 of them. */
  readonly paths: readonly string[];
  /** How many there are. */
  readonly count: number;
}

/** Hooks of the lifetime. */
export interface LifetimeHooks {
  /** All plugins are applied, and nothing has begun: what they registered is complete. */
  readonly configure: Hook<'Sync', [settings: Configured]>;
  /** A run begins; tap its hooks here. */
  readonly build: Hook<'Sync', [build: BuildHandle]>;
  readonly diagnostic: Hook<'Sync', [diagnostic: Diagnostic]>;
  readonly event: Hook<'Sync', [event: KitwrightEvent]>;
  /** A watch found changes, and builds a kit of them now. */
  readonly watchChange: Hook<'Sync', [change: WatchChange]>;
  /** Kitwright is about to be closed. */
  readonly dispose: Hook<'AsyncSeries', []>;
}

export function createLifetimeHooks(calls: PluginCalls): HookSet<LifetimeHooks> {
  return createHooks<LifetimeHooks>(
    {
      configure: { kind: 'Sync', args: ['settings'] },
      build: { kind: 'Sync', args: ['build'] },
      diagnostic: { kind: 'Sync', args: ['diagnostic'] },
      event: { kind: 'Sync', args: ['event'] },
      watchChange: { kind: 'Sync', args: ['change'] },
      dispose: { kind: 'AsyncSeries', args: [] },
    },
    calls,
  );
}
