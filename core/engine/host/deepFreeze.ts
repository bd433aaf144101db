const frozen = new WeakSet<object>();

/**
 * Freezes data: plain objects and arrays, with all that is in them. Left alone are bytes, which cannot be frozen, and
 * instances and objects with methods, which are no data. What was frozen here is not walked again.
 */
export function deepFreeze<T>(value: T): T {
  const open: unknown[] = [value];
  while (open.length) {
    const at = open.pop();
    if (!isData(at) || frozen.has(at)) continue;
    frozen.add(Object.freeze(at));
    // A list may have more items than a function takes arguments.
    for (const one of Object.values(at)) open.push(one);
  }
  return value;
}

function isData(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return !Object.values(value).some((one) => typeof one === 'function');
}
