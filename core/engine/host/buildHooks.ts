import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { CopyOutcome } from '../store/copy.ts';
import type { PluginCalls } from './createPluginCalls.ts';
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
  /** The kit is at the target and has its tags. */
  readonly pushed: Hook<'AsyncParallel', [push: Push, context: BuildContext]>;
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
      pushed: { kind: 'AsyncParallel', args: ['push', 'context'] },
      done: { kind: 'AsyncSeries', args: ['kit', 'context'] },
    },
    calls,
  );
}

/** What a plugin sees of a build: only its hooks. */
export interface BuildHandle {
  readonly hooks: Taps<BuildHooks>;
}

/** Hooks of the lifetime. */
export interface LifetimeHooks {
  /** A run begins; tap its hooks here. */
  readonly build: Hook<'Sync', [build: BuildHandle]>;
  readonly diagnostic: Hook<'Sync', [diagnostic: Diagnostic]>;
  readonly event: Hook<'Sync', [event: KitwrightEvent]>;
  /** Kitwright is about to be closed. */
  readonly dispose: Hook<'AsyncSeries', []>;
}

export function createLifetimeHooks(calls: PluginCalls): HookSet<LifetimeHooks> {
  return createHooks<LifetimeHooks>(
    {
      build: { kind: 'Sync', args: ['build'] },
      diagnostic: { kind: 'Sync', args: ['diagnostic'] },
      event: { kind: 'Sync', args: ['event'] },
      dispose: { kind: 'AsyncSeries', args: [] },
    },
    calls,
  );
}
