import type { LayerRecord } from '../../store/LayerRecord.ts';

/** Where a range of a layer lies. */
export interface FoundRange {
  /** Index of the record's source. */
  readonly source: number;
  readonly offset: number;
}

/** Finds ranges of a layer in the sources of its record; asked for in order. Undefined if no source has it as a whole. */
export function createFinder({ pieces }: LayerRecord): (offset: number, size: number) => FoundRange | undefined {
  let [index, start] = [0, 0];
  return (offset, size) => {
    for (; index < pieces.length; index++) {
      const piece = pieces[index] as LayerRecord['pieces'][number];
      const length = 'inline' in piece ? piece.inline.byteLength : piece.size;
      if (start + length <= offset) {
        start += length;
        continue;
      }
      if ('inline' in piece || offset + size > start + length) return undefined;
      return { source: piece.source, offset: piece.offset + offset - start };
    }
    return undefined;
  };
}
