import { type ReadinessFile, readZipDirectory, type ZipEntry } from '@kitwright/core/plugin';
import { maxPickle, type PickleValue, readPickle } from './readPickle.ts';

export type TorchFile = Pick<ReadinessFile, 'size' | 'read'>;

/** A part of a file, in bytes. */
export interface ByteRange {
  readonly offset: number;
  readonly size: number;
}

export interface TorchPickle {
  readonly value: PickleValue;
  /** Where the file holds the storage of this key; undefined if it does not, or compressed. */
  readonly storage: (key: string) => ByteRange | undefined;
}

/**
 * The pickle in what `torch.save` wrote: a ZIP with `data.pkl` and `data/0`, `data/1`, ... It is read as data, never
 * run. Source: torch/serialization.py, `_save`.
 */
export function readTorchPickle(file: TorchFile): TorchPickle | undefined {
  const directory = readZipDirectory(file.size, file.read);
  const pickle = directory?.entries.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const entries = new Map(directory?.entries.map((entry) => [entry.name, entry]));
  const place = pickle && dataOf(pickle, file);
  // A file that says that it is gigabytes is not read to see that it is.
  const value = place && place.size <= maxPickle ? readPickle(file.read(place.offset, place.size)) : undefined;
  if (!pickle || !value) return undefined;
  const folder = pickle.name.slice(0, -'data.pkl'.length);
  const storage = (key: string) => {
    const entry = entries.get(`${folder}data/${key}`);
    return entry && dataOf(entry, file);
  };
  return { value, storage };
}

/** Where the data of an entry is; undefined if it is compressed or lies outside. */
function dataOf({ offset, compressedSize: size }: ZipEntry, file: TorchFile): ByteRange | undefined {
  if (offset + 30 > file.size) return undefined;
  const header = file.read(offset, 30);
  const start = offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const isStored = header.readUInt16LE(8) === 0;
  return isStored && start + size <= file.size ? { offset: start, size } : undefined;
}
