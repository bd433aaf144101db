let collator: Intl.Collator | undefined;

/**
 * Orders texts by the numbers in them: `layer.2` before `layer.10`, `run-9` before `run-12`. The collator is made for the first
 * comparison: loading its data takes 14 ms, which every command would pay.
 */
export function compareNumbered(a: string, b: string): number {
  collator ??= new Intl.Collator('en', { numeric: true });
  return collator.compare(a, b);
}
