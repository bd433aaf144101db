/** Node's warnings that a file is TypeScript, or is a module without a package.json that says so. Both work. */
const expected: ReadonlySet<string> = new Set(['ExperimentalWarning', 'MODULE_TYPELESS_PACKAGE_JSON']);

/** Hides these warnings while `run` runs, because a config may be any of these files. */
export async function withoutWarnings<T>(run: () => Promise<T>): Promise<T> {
  const { emitWarning } = process;
  const filtered = (...args: Parameters<typeof emitWarning>): void => {
    if (!args.some(isExpected)) emitWarning.apply(process, args);
  };
  process.emitWarning = filtered as typeof emitWarning;
  try {
    return await run();
  } finally {
    process.emitWarning = emitWarning;
  }
}

function isExpected(argument: unknown): boolean {
  if (typeof argument === 'string') return expected.has(argument);
  if (typeof argument !== 'object' || argument === null) return false;
  return Object.values(argument).some((value) => typeof value === 'string' && expected.has(value));
}
