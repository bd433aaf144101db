import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { ByteStream, Target } from '../store/roles.ts';
import type { Executor } from './Executor.ts';
import type { Exporter } from './Exporter.ts';
import type { LayerContents, LayerTree, PlannedLayer } from './nouns.ts';
import type { Network, OpenContext } from './OpenContext.ts';
import type { ProgressReporter } from './ProgressReporter.ts';
import type { Signer } from './Signer.ts';
import type { Verifier } from './Verifier.ts';

/** Everything that plugins can register. A plugin may extend this interface, and then declares its kind. */
export interface Capabilities {
  layerType: LayerType;
  compressor: Compressor;
  readiness: Readiness;
  checkpoint: CheckpointFormat;
  target: TargetProvider;
  importer: Importer;
  remoteData: RemoteData;
  scanner: Scanner;
  network: Network;
  signer: Signer;
  verifier: Verifier;
  reporter: ProgressReporter;
  executor: Executor;
  exporter: Exporter;
}

/** Turns the files of an element into a layer. */
export interface LayerType {
  readonly id: string;
  /**
   * The layer type's word in the media type: `tar` and `raw`, which everybody can unpack, or one of its own in lower case
   * letters, digits and hyphens. Then it needs `unpack`.
   */
  readonly format: string;
  readonly compressible: boolean;
  /** Chooses the files and may add annotations to the layer's descriptor. */
  readonly collect: (tree: LayerTree) => LayerContents;
  /** Its file pieces are those of the files that are not empty, in their order: a watch reads copies of them instead. */
  readonly recipe: (layer: PlannedLayer, directory: string) => Recipe;
  /** Does it read layers of this media type? By default those with its format. */
  readonly reads?: (mediaType: string) => boolean;
  /**
   * The files that a layer was made of. Their names are checked, and they are written and compared, as if they came from
   * a tar. The bytes of the layer are decompressed and verified.
   */
  readonly unpack?: (layer: LayerBytes) => AsyncIterable<LayerFile>;
  /** What `info` shows of such a layer of the local store, a line each: it should read little. */
  readonly describe?: (layer: LayerBytes) => Promise<readonly string[]>;
  /** What `diff` shows of two such layers at one path, a line each, besides the files. */
  readonly diff?: (before: LayerBytes, after: LayerBytes) => Promise<readonly string[]>;
}

/** A stored layer, without its compression. */
export interface LayerBytes {
  /** As the Kitfile names it. */
  readonly path: string;
  readonly mediaType: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** Bytes. */
  readonly size: number;
  /** The bytes from `start` up to `end`, at most 64 MiB. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** A file of a layer. */
export interface LayerFile {
  /**
   * Relative to the directory of the kit, with slashes: a text, or its bytes where a name is no UTF-8. `PlanFile.path` is a
   * BytePath: `Buffer.from(path, 'latin1')` are its bytes, `textOf(path)` its text for who only shows it.
   */
  readonly path: string | Uint8Array;
  /** Bytes. */
  readonly size: number;
  /** Permission bits; 0o644 by default. */
  readonly mode?: number;
  readonly bytes: ByteStream;
}

/** Compresses layers. The streams run in a worker, so they come from a module. */
export interface Compressor {
  readonly id: string;
  /** What follows `+` in the media type. */
  readonly suffix: string;
  /** URL of a module that exports `compress()` and `decompress()`, each giving a Transform. */
  readonly module: string;
}

/** Decides whether files of one format are complete. */
export interface Readiness {
  readonly id: string;
  readonly matches: (name: string) => boolean;
  /**
   * Does a file begin as this format does? Asked with its first 512 bytes (fewer if it is shorter), if its name matches
   * no format and is that of weights, or if it is larger than 64 KiB.
   */
  readonly recognises?: (head: Buffer) => boolean;
  readonly check: (file: ReadinessFile) => ReadinessAnswer;
  /**
   * Are such files weights, or a part of a checkpoint? They are waited for; others only until they rest. Default true.
   */
  readonly isCheckpoint?: boolean;
  /** How far the training was, if the name of the file says so. */
  readonly progress?: (name: string) => CheckpointProgress | undefined;
  /** The tensors in such a file, as its header lists them; undefined if it cannot be read. */
  readonly tensors?: (file: Pick<ReadinessFile, 'size' | 'read'>) => readonly Tensor[] | undefined;
}

/** One tensor of a file of weights. */
export interface Tensor {
  readonly name: string;
  /** As safetensors writes it, e.g. `F32`, `BF16`; for others the format's own name. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes are in the file, row by row; undefined if they are not in one piece. */
  readonly bytes: { readonly offset: number; readonly size: number } | undefined;
}

/** Reads parts of that file. */
export interface ReadinessFile {
  /** Absolute native path. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly read: (offset: number, length: number) => Buffer;
  /** Size of a file beside this one, or undefined. */
  readonly sizeOf: (name: string) => number | undefined;
}

/** Whether a file is written completely. Times in ms. */
export type ReadinessAnswer =
  | { readonly state: 'ready' }
  | { readonly state: 'not-yet'; readonly reason: string; readonly retryAfter: number }
  | { readonly state: 'broken'; readonly reason: string };

/** Files of one directory that belong together: a checkpoint is complete when the writer has left its marker. */
export interface CheckpointFormat {
  readonly id: string;
  readonly matches: (files: CheckpointFiles) => boolean;
  readonly check: (files: CheckpointFiles) => ReadinessAnswer;
  /** How far the training was, as recorded in the checkpoint. */
  readonly progress?: (files: CheckpointFiles) => CheckpointProgress | undefined;
}

/** One directory that may be a checkpoint, as a format sees it. */
export interface CheckpointFiles {
  /** Name of the directory. */
  readonly name: string;
  /** Names of the entries in it. */
  readonly names: readonly string[];
  /** Text of a small file in it, or beside it with `../`; undefined if there is none. */
  readonly text: (name: string) => string | undefined;
}

/** How far a training is, as recorded in a checkpoint or a file of metrics. */
export interface CheckpointProgress {
  readonly step: number;
  /** The last value of each: `loss`, `eval_loss`, ... */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Searches small files that are packed for what should not be in a kit. */
export interface Scanner {
  readonly id: string;
  /** Should the file be read? Decided by its name and its size in bytes. */
  readonly matches: (name: string, size: number) => boolean;
  /** What the scanner finds in a text. Non-ASCII characters are not decoded, unless the file is UTF-16. */
  readonly scan: (text: string) => readonly Finding[];
}

/** A part of a file that should not be packed. */
export interface Finding {
  /** Starts at 1. */
  readonly line: number;
  /** The kind of secret, never the secret itself: `aws access token`. */
  readonly what: string;
}

/** Opens targets of one kind. */
export interface TargetProvider {
  /** The word before the colon: `registry`, `oci`, `archive`. */
  readonly id: string;
  /** `location` is what follows the word and its colon. */
  readonly open: (location: string, access: TargetAccess, context: OpenContext) => OpenedTarget;
}

/** What the target is used for: credentials are requested for this and nothing more. */
export type TargetAccess = 'pull' | 'push' | 'delete';

/** A target, and the repository and references in the text that opened it. */
export interface OpenedTarget {
  readonly target: Target;
  /** For `resolve` and `tag`. */
  readonly repository: string;
  /** Tags, or one digest; empty if none was named. */
  readonly references: readonly string[];
}

/** Downloads repositories of other systems. */
export interface Importer {
  /** The word for `--tool`. */
  readonly id: string;
  readonly matches: (location: string) => boolean;
  /** `owner/name`. Throws `usage`. */
  readonly repositoryOf: (location: string) => string;
  readonly open: (request: ImportRequest, context: OpenContext) => Promise<ImportSource>;
}

/** What to import, and the directory to work in. */
export interface ImportRequest {
  readonly location: string;
  /** A branch, tag or commit; undefined = the default branch. */
  readonly revision: string | undefined;
  readonly token: string | undefined;
  /**
   * A private directory that nobody else uses while this import runs. It still holds what a failed import left there.
   */
  readonly workspace: string;
  readonly signal: AbortSignal;
}

/** A repository at one commit, or one version of a model. */
export interface ImportSource {
  /** `owner/name`. */
  readonly repository: string;
  /** URL of the repository, without credentials. */
  readonly uri: string;
  /** Where its files come from, with a port where it has one: what its Kitfile refers to lies no further inside than that. Without it, outside. */
  readonly host?: string;
  /** The git commit of all files, where there is one. */
  readonly commit?: string;
  /** What else names this version, such as the id of a run; part of the provenance. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** What the system knows of the model: a generated Kitfile says it too. Paths in it are ignored. */
  readonly about?: Pick<Kitfile, 'package' | 'model'>;
  readonly files: readonly ImportFile[];
  /** The beginning of a small text file. */
  readonly read: (path: string) => Promise<Uint8Array>;
  /**
   * Downloads these files into a directory of the workspace, verified, and returns it. Resumes where an earlier call
   * stopped.
   */
  readonly fetch: (files: readonly ImportFile[], options: FetchFilesOptions) => Promise<string>;
}

/** One file of a repository that can be imported. */
export interface ImportFile {
  /** Relative, with slashes; safe to be written below a directory. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** How the files of an import are downloaded. */
export interface FetchFilesOptions {
  /** Files that are downloaded in parallel. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
  /** `done` bytes of a file were downloaded. */
  readonly onBytes?: (file: ImportFile, done: number) => void;
}

/** Data that a Kitfile names by URL and hash (`remotePath`, `remoteHash`) instead of packing it. */
export interface RemoteData {
  /** The scheme of the URLs, without its colon. */
  readonly id: string;
  /** Throws if the data does not exist or does not match the hash. */
  readonly check: (url: string, hash: string, signal: AbortSignal) => Promise<void>;
  /** All bytes. Resumes after a cut connection, and fails if the bytes do not match the hash. */
  readonly fetch: (url: string, hash: string, signal: AbortSignal) => ByteStream;
}
