import type { BytePath } from '../files/bytePath.ts';
import type { Fingerprint } from '../files/fingerprint.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Manifest } from '../oci/manifest.ts';
import type { LayerRole } from '../oci/mediaTypes.ts';

/** One file or directory of a layer. */
export interface PlanFile {
  /** Relative to the packed directory: the name in the layer. */
  readonly path: BytePath;
  readonly type: 'file' | 'directory';
  readonly fingerprint: Fingerprint;
  /** Absolute path of the file to read, if `path` goes through a link. */
  readonly target?: BytePath;
  /** Where the bytes of this version are read instead: a copy that nobody changes. */
  readonly copy?: FileCopy;
  /** It is only appended to: its first `fingerprint.size` bytes are packed, whatever follows them meanwhile. */
  readonly grows?: true;
}

/** The bytes of a file at another place. */
export interface FileCopy {
  /** Absolute. */
  readonly path: BytePath;
  /** In bytes. */
  readonly offset: number;
}

/** One element of the Kitfile that becomes a layer. */
export interface PlanEntry {
  /** Its position in the Kitfile: `model`, `model.parts.0`, `code.1`. */
  readonly id: string;
  readonly role: LayerRole;
  readonly name: string | undefined;
  /** As written in the Kitfile. */
  readonly path: string;
  /** Clean, relative to the packed directory. */
  readonly clean: string;
  /** Id of the layer type. */
  readonly layerType: string;
  /** Id of the compressor, or undefined. */
  readonly compression: string | undefined;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** A checkpoint that the Kitfile of the directory does not name: its position changes when others come and go. */
  readonly isCheckpoint?: true;
}

/** One layer of a plan: its element of the Kitfile, and its files in order. */
export interface PlannedLayer {
  readonly entry: PlanEntry;
  readonly files: readonly PlanFile[];
}

/** What a build will do: pure data. */
export interface Plan {
  /** Absolute path of the packed directory. */
  readonly directory: BytePath;
  readonly kitfile: Kitfile;
  /** The Kitfile of the directory, if checkpoints got elements of their own in `kitfile`. */
  readonly source?: Kitfile;
  readonly layers: readonly PlannedLayer[];
  /** What it was made from, beside the files. */
  readonly origin?: PlanOrigin;
}

/** The Kitfile as it was read, and the kits on which this one stands. */
export interface PlanOrigin {
  readonly kitfile: SourceFile;
  /** The nearest first. */
  readonly parents: readonly ParentKit[];
}

/** A file that was read. */
export interface SourceFile {
  /** Absolute native path; undefined for bytes that have none (standard input). */
  readonly path: string | undefined;
  readonly digest: Digest;
}

/** A kit that a Kitfile refers to. */
export interface ParentKit {
  /** As written. */
  readonly reference: string;
  /** Of the manifest that it named. */
  readonly digest: Digest;
}

/** What building a layer took. */
export interface LayerCost {
  /** Was the layer unchanged, so that nothing was hashed? */
  readonly reused: boolean;
  /** Bytes read and hashed. */
  readonly hashedBytes: number;
  /** Was the layer in the store already? */
  readonly existed: boolean;
  /** Paths that are new or changed since the last build; at most a few. */
  readonly changed: readonly string[];
  readonly changedCount: number;
}

/** A layer that is stored. */
export interface Layer {
  readonly entry: PlanEntry;
  readonly descriptor: Descriptor;
  readonly diffId: Digest;
  readonly files: number;
  /** Gives each file, in order, once all are computed; there if they were asked for and are not too many (`PackOptions.fileDigests`). */
  readonly fileDigests?: FileDigests;
  readonly cost: LayerCost;
}

export type FileDigests = () => Promise<readonly FileDigest[]>;

/** A file of a layer. */
export interface FileDigest {
  readonly path: BytePath;
  /** In bytes. */
  readonly size: number;
  /** Of its content. */
  readonly digest: Digest;
}

/** What the `manifest` hook may replace before it is stored. */
export interface KitDraft {
  /** With `digest` and `diffId` on each element that has a layer. */
  readonly kitfile: Kitfile;
  readonly layers: readonly Layer[];
  readonly configMediaType: string;
  readonly configBytes: Uint8Array;
  readonly manifest: Omit<Manifest, 'config' | 'layers'>;
  /** Seconds since 1970 if a creation time was asked for (SOURCE_DATE_EPOCH). */
  readonly createdAt: number | undefined;
}

/** A kit whose bytes are known: config, manifest and layers. */
export interface ModelKit {
  readonly kitfile: Kitfile;
  readonly layers: readonly Layer[];
  readonly config: Descriptor;
  readonly configBytes: Uint8Array;
  readonly root: Descriptor;
  readonly manifestBytes: Uint8Array;
  readonly origin?: PlanOrigin;
}

/** A kit in the store, with its names. */
export interface StoredKit extends ModelKit {
  /** Were config and manifest new to the store? */
  readonly configSaved: boolean;
  readonly manifestSaved: boolean;
}

/** The files from which a layer type may choose for one element of the Kitfile. */
export interface LayerTree {
  readonly directory: BytePath;
  readonly entry: PlanEntry;
  /** Everything that belongs to the element by `kit`'s rules: parents, ignore rules, inner layers left out. */
  readonly entries: () => readonly PlanFile[];
  /** The one regular file at the path; a link is followed within the packed directory. Throws `layer-path-refused`. */
  readonly regularFile: () => PlanFile;
}

/** The files that a layer type chose, and annotations for the descriptor. */
export interface LayerContents {
  readonly files: readonly PlanFile[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export type { Recipe };
