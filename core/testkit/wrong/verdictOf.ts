import type { AddTest } from '../suite/addCases.ts';

/** What a suite says of one thing. */
export interface Verdict {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
  /** Why each failed, for who reads it. */
  readonly reasons: readonly string[];
}

/** Runs the cases of a suite that are wanted as a runner would, one after the other. */
export async function verdictOf(
  addSuite: (test: AddTest) => void,
  isWanted: (name: string, index: number) => boolean = () => true,
): Promise<Verdict> {
  const cases: { readonly name: string; readonly run: (...given: unknown[]) => Promise<void> }[] = [];
  addSuite((name, run) => cases.push({ name, run }));
  const [passed, failed, skipped, reasons]: string[][] = [[], [], [], []] as string[][];
  for (const { name, run } of cases.filter((one, index) => isWanted(one.name, index))) {
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
