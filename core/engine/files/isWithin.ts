/** Is `inner` the directory `outer` itself, or below it? Both clean. `model-extra` is not below `model`. */
export function isWithin(inner: string, outer: string): boolean {
  return outer === '.' || inner === outer || inner.startsWith(`${outer}/`);
}
