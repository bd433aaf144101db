import type { JsonValue } from '@kitwright/core/internal';
import type { Source } from './readSource.ts';

/** What is known of a build beside the kit that it made. */
export interface BuildFacts {
  /** Absolute path of the packed directory; undefined for what was imported. */
  readonly directory: string | undefined;
  readonly source: Source | undefined;
  /** Repositories that were imported, each at a commit. */
  readonly imports: readonly ImportedRepository[];
  /** Flags that decide what is in a kit. */
  readonly packing: Readonly<Record<string, JsonValue>>;
  /** What a watch ran, with secrets hidden. */
  readonly command: string | undefined;
  /** The name of the run of a watch. */
  readonly run: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
  /** RFC 3339; empty if none were asked for. */
  readonly times: { readonly startedOn?: string; readonly finishedOn?: string };
}

/** A repository, as its importer names it: an `ImportSource` is one. */
export interface ImportedRepository {
  readonly uri: string;
  /** Undefined where there are none. */
  readonly commit?: string | undefined;
  readonly annotations?: Readonly<Record<string, JsonValue>> | undefined;
}
