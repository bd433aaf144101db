import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type BytePath, fromNative } from '../files/bytePath.ts';
import { readFingerprint, sameFingerprint } from '../files/fingerprint.ts';
import type { FilePiece, Piece, Recipe } from '../layers/recipe.ts';
import { directFrom } from '../layers/worker/openDirect.ts';
import type { Digest } from '../oci/digest.ts';
import { createRecordWriter, type RecordWriter } from './createRecordWriter.ts';
import {
  decodeHead,
  decodeRecord,
  decodeStored,
  type EncodedBody,
  encodeRecord,
  joinRecord,
  type LayerHead,
  type LayerRecord,
  type RecordHead,
  type StoredSource,
} from './LayerRecord.ts';
import type { StoreLayout } from './storeLayout.ts';

/** The layers of a store: records and the files that they name. */
export interface LayerStore {
  readonly read: (digest: Digest) => LayerRecord | undefined;
  /** The record without its pieces: cheap, and enough to see whether its files are there. */
  readonly readHead: (digest: Digest) => RecordHead | undefined;
  /**
   * Is a layer there, with all files of the store that hold it? Files that it only refers to are not looked at: nobody but
   * their owner changes them, at any time.
   */
  readonly has: (digest: Digest) => boolean;
  /** Waits for no disk: `settle` does, once for all. */
  readonly write: (record: LayerRecord) => void;
  /** The same, of one that is encoded: `encodeBody`. */
  readonly writeEncoded: (head: LayerHead, body: EncodedBody) => void;
  /** Makes the records that were written, and the names of their packs, durable. */
  readonly settle: () => Promise<void>;
  /** Forgets a layer, and the stored files of it that are named damaged. */
  readonly discard: (digest: Digest, damaged?: readonly StoredSource[]) => void;
  readonly pathOf: (source: StoredSource) => BytePath;
  readonly stateOf: (source: StoredSource) => SourceState;
  /** The worst state of a record's sources. */
  readonly stateOfAll: (record: RecordHead) => SourceState;
  readonly recipeOf: (record: LayerRecord) => Recipe;
}

/** How a source looks now: as recorded, touched (its content must be checked), or not there. */
export type SourceState = 'same' | 'touched' | 'missing';

export function createLayerStore(layout: StoreLayout): LayerStore {
  const writer = createRecordWriter(layout);
  const nativePath = (source: StoredSource): string => {
    if (source.kind === 'reference') return source.path;
    if (source.kind === 'object') return layout.object(source.name);
    return join(source.kind === 'pack' ? layout.packs : layout.blobs, source.name);
  };
  const pathOf = (source: StoredSource): BytePath =>
    source.kind === 'reference' ? (source.path as BytePath) : fromNative(nativePath(source));
  const stateOf = (source: StoredSource): SourceState => {
    if (source.kind === 'reference') {
      const fingerprint = readFingerprint(pathOf(source));
      return fingerprint && sameFingerprint(fingerprint, source.fingerprint) ? 'same' : 'missing';
    }
    const stats = statSync(nativePath(source), { bigint: true, throwIfNoEntry: false });
    if (!stats || Number(stats.size) !== source.size) return 'missing';
    return String(stats.mtimeNs) === source.mtimeNs ? 'same' : 'touched';
  };
  const fileOf = (source: StoredSource, offset: number, size: number): FilePiece => ({
    kind: 'file',
    path: pathOf(source),
    offset,
    size,
    ...(source.kind === 'reference' ? { fingerprint: source.fingerprint } : {}),
    ...(source.kind === 'object' && source.size >= directFrom ? { direct: true } : {}),
  });
  return {
    pathOf,
    stateOf,
    stateOfAll: (record) => worst(record.sources.map(stateOf)),
    read: (digest) => readRecord(writer, digest, decodeRecord),
    readHead: (digest) => readRecord(writer, digest, decodeHead),
    has: (digest) => {
      const sources = readRecord(writer, digest, decodeStored)?.sources;
      return sources !== undefined && worst(sources.map(stateOf)) !== 'missing';
    },
    write: (record) => {
      if (record.sources.length) writer.write(record.digest, encodeRecord(record));
      else writer.writeBundled(record.digest, encodeRecord(record));
    },
    writeEncoded: (head, body) => writer.write(head.digest, joinRecord(head, body)),
    settle: writer.settle,
    discard: (digest, damaged = []) => {
      writer.forget(digest);
      rmSync(layout.recipe(digest), { force: true });
      for (const source of damaged) if (source.kind !== 'reference') rmSync(nativePath(source), { force: true });
    },
    recipeOf: (record) =>
      record.pieces.map((piece): Piece => {
        if ('inline' in piece) return { kind: 'inline', bytes: piece.inline };
        return fileOf(record.sources[piece.source] as StoredSource, piece.offset, piece.size);
      }),
  };
}

/** Undefined if there is none, or if it is not that of this layer. */
function readRecord<T extends RecordHead>(
  writer: RecordWriter,
  digest: Digest,
  decode: (bytes: Buffer) => T | undefined,
): T | undefined {
  try {
    const bytes = writer.read(digest);
    const record = bytes && decode(bytes);
    return record?.digest === digest ? record : undefined;
  } catch {
    return undefined;
  }
}

function worst(states: readonly SourceState[]): SourceState {
  return states.includes('missing') ? 'missing' : states.includes('touched') ? 'touched' : 'same';
}
