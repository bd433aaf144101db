import type { JsonValue } from '../errors/JsonValue.ts';

/** The parsed Kitfile. Absent and empty fields are both left out; scalars keep their source text. */
export interface Kitfile {
  readonly manifestVersion?: string;
  readonly package?: PackageSection;
  readonly model?: ModelSection;
  readonly code?: readonly CodeEntry[];
  readonly datasets?: readonly DatasetEntry[];
  readonly docs?: readonly DocsEntry[];
  readonly prompts?: readonly NamedEntry[];
  readonly mcpServers?: readonly NamedEntry[];
}

export interface PackageSection {
  readonly name?: string;
  readonly version?: string;
  readonly description?: string;
  readonly license?: string;
  readonly authors?: readonly string[];
}

export interface ModelSection extends LayerDigests {
  readonly name?: string;
  readonly path?: string;
  readonly license?: string;
  readonly framework?: string;
  readonly format?: string;
  readonly version?: string;
  readonly description?: string;
  readonly parts?: readonly ModelPart[];
  readonly parameters?: JsonValue;
}

/** What `pack` adds to each element that has a layer; never written in a Kitfile by hand. */
export interface LayerDigests {
  readonly digest?: string;
  readonly diffId?: string;
}

export interface ModelPart extends LayerDigests {
  readonly name?: string;
  readonly path?: string;
  readonly license?: string;
  readonly type?: string;
}

export interface CodeEntry extends LayerDigests {
  readonly path?: string;
  readonly description?: string;
  readonly license?: string;
}

export interface DatasetEntry extends LayerDigests {
  readonly name?: string;
  readonly path?: string;
  readonly remotePath?: string;
  readonly remoteHash?: string;
  readonly description?: string;
  readonly license?: string;
  readonly parameters?: JsonValue;
}

export interface DocsEntry extends LayerDigests {
  readonly path?: string;
  readonly description?: string;
}

export interface NamedEntry extends LayerDigests {
  readonly name?: string;
  readonly path?: string;
  readonly description?: string;
}

/** A parsed Kitfile with its text, for errors. */
export interface KitfileSource {
  readonly kitfile: Kitfile;
  /** The name shown in errors. */
  readonly file: string;
  readonly text: string;
  /** Offset in `text` of the value at a path such as `code.0.path`; -1 where there is none. */
  readonly offsetOf: (path: string) => number;
}
