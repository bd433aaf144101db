import { type BytePath, baseOf, textOf } from '../files/bytePath.ts';
import { compareNumbered } from '../files/compareNumbered.ts';

/**
 * Which files of two kits are compared: those at the same path; of the others the last ones of the same name. A kit of a
 * stranger may have as many names as files, so each is looked at some times only.
 */
export function pairFiles<F extends { readonly path: BytePath }>(
  left: readonly F[],
  right: readonly F[],
): readonly (readonly [before: F, after: F])[] {
  const before = new Map(left.map((file) => [file.path, file]));
  const paths = new Set(right.map(({ path }) => path));
  const here = right.flatMap((file) => {
    const old = before.get(file.path);
    return old ? [[old, file] as const] : [];
  });
  const gone = lastOfNames(left.filter(({ path }) => !paths.has(path)));
  const come = lastOfNames(right.filter(({ path }) => !before.has(path)));
  const moved = [...come].flatMap(([name, now]) => {
    const old = gone.get(name);
    return old ? [[old, now] as const] : [];
  });
  return [...here, ...moved];
}

function lastOfNames<F extends { readonly path: BytePath }>(files: readonly F[]): ReadonlyMap<BytePath, F> {
  const found = new Map<BytePath, F>();
  for (const file of files) {
    const name = baseOf(file.path);
    const other = found.get(name);
    if (!other || compareNumbered(textOf(other.path), textOf(file.path)) <= 0) found.set(name, file);
  }
  return found;
}
