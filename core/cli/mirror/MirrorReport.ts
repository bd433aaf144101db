import type { KitwrightError } from '@kitwright/core/internal';
import type { MirrorPolicy } from '../config/mirrorSchema.ts';
import type { MirrorPlace } from './openMirrorPlace.ts';

/** What became of one kit, or of one rule that failed as a whole. */
export interface MirroredKit {
  readonly source: string;
  readonly target: string;
  readonly digest: string | undefined;
  /** `copied` would be done, with `--dry-run`. */
  readonly outcome: 'copied' | 'unchanged' | 'failed';
  /** Blobs and manifests that were sent, and their bytes. */
  readonly sent: number;
  readonly bytes: number;
  readonly error: KitwrightError | undefined;
}

/** What a mirror did. */
export interface MirrorReport {
  readonly kits: readonly MirroredKit[];
  /** Tags that only the destination has; deleted where that was asked for. */
  readonly others: readonly string[];
  readonly deleted: readonly string[];
}

export interface MirrorOptions {
  readonly policy: MirrorPolicy;
  readonly dryRun: boolean;
  /** Deletes tags that the source does not have, or that no rule chooses. */
  readonly delete: boolean;
}

/** A repository of the destination: what it should have, and whether that is known for sure. */
export interface WantedTags {
  readonly place: MirrorPlace;
  /** The digest of each. */
  readonly tags: Map<string, string>;
  isSure: boolean;
}
