import type { AddTest } from '../suite/addCases.ts';

/** What a suite says of one thing. */
export interface Verdict {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  /** Why each failed, for who reads it. */
  readonly reasons: readonly string[];
}

/** Runs a suite as a runner would, one case after the other. */
export async function verdictOf(addSuite: (test: AddTest) => void): Promise<Verdict> {
  const cases: { readonly name: string; readonly run: (...given: unknown[]) => Promise<void> }[] = [];
  addSuite((name, run) => cases.push({ name, run }));
  const [passed, failed, skipped, reasons]: string[][] = [[], [], [], []] as string[][];
  for (const { name, run } of cases) {
    const before = skipped?.length;
    try {
      await run({ skip: () => skipped?.push(name) });
      if (before === skipped?.length) passed?.push(name);
    } catch (error) {
      failed?.push(name);
      reasons?.push(`${name}: ${error}`);
    }
  }
  return { passed: passed ?? [], failed: failed ?? [], skipped: skipped ?? [], reasons: reasons ?? [] };
}
