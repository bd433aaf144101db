import { posix } from 'node:path';
import { type BytePath, baseOf, bytePath, joinPath, textOf } from '../files/bytePath.ts';
import type { Seen } from '../files/Seen.ts';
import type { CheckpointFiles, CheckpointFormat } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';

/** Where checkpoints are searched. */
export interface CheckpointSearch {
  /** Absolute. */
  readonly directory: BytePath;
  readonly capabilities: CapabilitySet;
  readonly seen: Seen;
}

/** The format that recognises a directory, relative to the packed one, as a checkpoint. */
export function checkpointFormatOf(path: BytePath, search: CheckpointSearch): CheckpointFormat | undefined {
  const { directory, capabilities, seen } = search;
  const files = checkpointFiles(joinPath(directory, path), seen);
  return files && capabilities.all('checkpoint').find(({ matches }) => matches(files));
}

/** What a format sees of a directory (absolute); undefined if it cannot be listed, for example because it is gone. */
export function checkpointFiles(directory: BytePath, seen: Seen): CheckpointFiles | undefined {
  const names = seen.names(directory);
  return (
    names && {
      name: textOf(baseOf(directory)),
      names: names.map(textOf),
      text: (name) => seen.text(posix.normalize(joinPath(directory, bytePath(name)))),
    }
  );
}
