import { bytePath, displayPath, KitwrightError, type LayerBytes, parseJsonObject } from '@kitwright/core/plugin';

/** One tensor of the file. */
export interface Tensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Bytes in the file, from its beginning. */
  readonly start: number;
  readonly end: number;
}

/** Bytes; the format allows 100 MB, and real ones have some 100 KB. */
const maxHeader = 32 * 1024 * 1024;

/**
 * The tensors of a safetensors file in the order of their bytes. Source: the format of safetensors: 8 bytes for the
 * length of the header, its JSON, the data. Throws `kit-malformed`.
 */
export async function readHeader(layer: LayerBytes): Promise<{ readonly tensors: readonly Tensor[] }> {
  if (layer.size < 8) throw malformed(layer, 'it has no header');
  const length = Number(Buffer.from(await layer.read(0, 8)).readBigUInt64LE());
  if (length > maxHeader || 8 + length > layer.size) throw malformed(layer, `its header would have ${length} bytes`);
  const json = parseJsonObject(Buffer.from(await layer.read(8, 8 + length)), `header of ${layer.path}`);
  const tensors = Object.entries(json)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => tensorOf(layer, name, value, 8 + length));
  tensors.sort((a, b) => a.start - b.start || a.end - b.end);
  // Many that share their bytes would make a small file large to compare.
  const shared = tensors.find(({ start }, i) => start < (tensors[i - 1]?.end ?? 0));
  if (shared) throw malformed(layer, `${JSON.stringify(shared.name)} shares the bytes of another tensor`);
  return { tensors };
}

function tensorOf(layer: LayerBytes, name: string, value: unknown, data: number): Tensor {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  const [start, end] = Array.isArray(offsets) ? offsets : [];
  if (typeof dtype !== 'string' || !Array.isArray(shape) || ![...shape, start, end].every(isCount))
    throw malformed(layer, `${JSON.stringify(name)} is no tensor`);
  if (start > end || data + end > layer.size) throw malformed(layer, `${JSON.stringify(name)} lies outside of it`);
  return { name, dtype, shape: shape as number[], start: data + start, end: data + end };
}

/** A tensor in one line, whatever its name is. */
export function formOf({ name, dtype, shape }: Tensor): string {
  return `${displayPath(bytePath(name))} ${displayPath(bytePath(dtype))} [${shape.join(', ')}]`;
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function malformed({ path }: LayerBytes, why: string): KitwrightError {
  return new KitwrightError('kit-malformed', `${path} is no safetensors file: ${why}.`, { data: { path } });
}
