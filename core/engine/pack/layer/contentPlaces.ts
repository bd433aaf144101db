import type { CapabilitySet } from '../../host/createCapabilities.ts';
import type { PlanEntry, PlanFile } from '../../host/nouns.ts';
import { isTarOfEntries } from '../../host/tarOfEntries.ts';
import { headerSize } from '../../layers/headerWriter.ts';
import { paddingOf, tarEnd } from '../../layers/tarHeader.ts';
import type { LayerRecord, StoredSource } from '../../store/LayerRecord.ts';
import { createFinder } from './createFinder.ts';
import { hasContent } from './layerWork.ts';

/** Where the content of a file lies. */
export interface ContentPlace {
  readonly source: StoredSource;
  readonly offset: number;
  readonly size: number;
}

type LayerFile = Pick<PlanFile, 'path' | 'type' | 'fingerprint'>;

/**
 * Where the record of a layer has each of its files that is not empty, in their order. Undefined if it does not tell that of
 * each.
 */
export function contentPlaces(
  entry: PlanEntry,
  files: readonly LayerFile[],
  record: LayerRecord,
  capabilities: CapabilitySet,
): readonly ContentPlace[] | undefined {
  const isTar = isTarOfEntries(capabilities.get('layerType', entry.layerType));
  return isTar ? placesInTar(files, record) : placesOfPieces(files, record);
}

/** Files that lie one behind the other are one piece, with their headers. */
function placesInTar(files: readonly LayerFile[], record: LayerRecord): readonly ContentPlace[] | undefined {
  const find = createFinder(record);
  const places: ContentPlace[] = [];
  let at = 0;
  for (const file of files) {
    const size = hasContent(file) ? file.fingerprint.size : 0;
    at += headerSize({ path: file.path, mode: file.fingerprint.mode, size });
    if (size === 0) continue;
    const found = find(at, size);
    if (!found) return undefined;
    places.push({ source: record.sources[found.source] as StoredSource, offset: found.offset, size });
    at += size + paddingOf(size);
  }
  return at + tarEnd().byteLength === record.size ? places : undefined;
}

/** Each piece of another type that lies somewhere is one file. */
function placesOfPieces(
  files: readonly LayerFile[],
  { pieces, sources }: LayerRecord,
): readonly ContentPlace[] | undefined {
  const places = pieces.flatMap((piece) =>
    'source' in piece ? [{ ...piece, source: sources[piece.source] as StoredSource }] : [],
  );
  const contents = files.filter(hasContent);
  const isEach =
    places.length === contents.length && places.every(({ size }, i) => size === contents[i]?.fingerprint.size);
  return isEach ? places : undefined;
}
