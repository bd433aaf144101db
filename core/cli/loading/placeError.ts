import { KitwrightError, type SourcePosition } from '@kitwright/core/internal';
import type { FoundPlugin, PluginPlace } from './PluginPlace.ts';

/** Why a plugin cannot be used. `problem` ends a sentence that begins with the plugin: `throws: ...`. */
export interface Problem {
  readonly code: 'plugin-invalid' | 'plugin-failed' | 'plugin-not-locked' | 'config-untrusted';
  readonly problem: string;
  readonly hint?: string;
  readonly cause?: unknown;
  readonly others?: readonly KitwrightError[];
}

/** The error about one entry of a config: which package, which file, where it is named, what to do. */
export function placeError(at: PluginPlace | FoundPlugin, { code, problem, hint, cause, others }: Problem) {
  return new KitwrightError(code, `The plugin ${describe(at)} ${problem.replace(/\.$/, '')}.`, {
    data: placeData(at),
    ...sourceOf(at),
    cause,
    ...(hint === undefined ? {} : { hint }),
    ...(others ? { others } : {}),
  });
}

/** `kitwright-plugin-x 1.2.3 (plugins[1], /path/index.js)` */
export function describe(at: PluginPlace | FoundPlugin): string {
  const place = placeOf(at);
  if ('file' in at) return `${titleOf(at)} (${place.position}, ${at.file})`;
  return 'name' in place.entry ? `${place.entry.name} (${place.position})` : place.position;
}

function titleOf({ name, pack }: FoundPlugin): string {
  return pack ? [pack.name, pack.version].filter(Boolean).join(' ') : name;
}

/** Was it named with `--plugin`? */
export function isTyped(at: PluginPlace | FoundPlugin): boolean {
  return placeOf(at).position === '--plugin';
}

/** For `--json`. */
export function placeData(at: PluginPlace | FoundPlugin): Readonly<Record<string, string>> {
  return {
    position: placeOf(at).position,
    ...('file' in at ? { file: at.file } : {}),
    ...('file' in at && at.pack ? { package: at.pack.name, version: at.pack.version } : {}),
  };
}

/** The position for an error; nothing for `--plugin`, which is in no file: there the sentence names the flag. */
export function sourceOf(at: PluginPlace | FoundPlugin): { readonly source?: SourcePosition } {
  return isTyped(at) ? {} : { source: placeOf(at).source };
}

export function placeOf(at: PluginPlace | FoundPlugin): PluginPlace {
  return 'place' in at ? at.place : at;
}
