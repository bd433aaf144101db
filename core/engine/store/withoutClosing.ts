import { canClose, type Target } from './roles.ts';

/** The same target, which is left open: a file that holds several kits is written once, after the last of them. */
export function withoutClosing(target: Target): Target {
  if (!canClose(target)) return target;
  const { close: _, discard: __, ...open } = target;
  return open;
}
