import { type Kitwright, KitwrightError, namesTarget } from '@kitwright/core/internal';

/** Throws `usage` for a target, which holds kits already, where files are wanted. */
export function refuseTarget(kitwright: Kitwright, text: string): void {
  if (!namesTarget(kitwright, text)) return;
  throw new KitwrightError(
    'usage',
    `${JSON.stringify(text)} is a target: it holds kits, and not the files of a project.`,
    {
      hint: '"kitwright pull" brings a kit of it into the local store, "kitwright info" shows its Kitfile, "kitwright unpack" its files.',
    },
  );
}
