/** A JSON value in which one leaf is another one. */
export function withLeaf(value: unknown, path: readonly (string | number)[], leaf: unknown): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return leaf;
  const copy = Array.isArray(value) ? [...value] : { ...(value as object) };
  Reflect.set(copy, name, withLeaf(Reflect.get(copy, name), rest, leaf));
  return copy;
}

/** The leaf at a path. */
export function leafAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((at, name) => Reflect.get(at as object, name), value);
}

/** The same bytes with one bit of one of them changed. */
export function flipped(bytes: Uint8Array, at: number, bit = 0): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ (1 << bit);
  return copy;
}
