/** For options that may be given several times: every value is kept. */
export const repeatable = (value: string, before: readonly string[]): readonly string[] => [...before, value];
