/**
 * Has a value more than so many parts, each counted wherever it is? Aliases of YAML let one object be in many places: whoever
 * copies the value, as its check does, would copy it there each time.
 */
export function hasMoreParts(value: unknown, limit: number): boolean {
  const waiting = [value];
  for (let count = 1; waiting.length; count++) {
    if (count > limit) return true;
    const part = waiting.pop();
    if (typeof part === 'object' && part !== null) for (const inner of Object.values(part)) waiting.push(inner);
  }
  return false;
}
