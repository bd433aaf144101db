/** For options that may be given several times: every value is kept. */
export function repeatable(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
