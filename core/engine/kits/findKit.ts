import { KitwrightError } from '../errors/KitwrightError.ts';
import type { OpenedTarget, TargetAccess } from '../host/capabilities.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { defaultTag } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import { readTargets } from './kitNames.ts';
import { openTarget, type Places, placeIn } from './openTarget.ts';

/** A kit, and the target that holds it. */
export interface FoundKit {
  readonly opened: OpenedTarget;
  /** As rules and pins see it. */
  readonly place: string;
  readonly target: ReadTarget;
  readonly root: Descriptor;
  /** The tag or digest by which it was found. */
  readonly reference: string;
}

/** Finds the kit that a text names: see `openTarget`. Throws `kit-not-found`, `reference-invalid`, `target-invalid`. */
export async function findKit(places: Places, text: string, access: TargetAccess = 'pull'): Promise<FoundKit> {
  const opened = openTarget(places, text, access);
  const reference = onlyReference(opened, text);
  const { store } = places;
  const targets: readonly ReadTarget[] = opened.target === store.local ? readTargets(store) : [opened.target];
  for (const target of targets) {
    const root = await target.resolve(opened.repository, reference);
    if (!root) continue;
    const place = placeIn(places.kitwright, text, opened);
    await places.accept?.({ place, reference, target, repository: opened.repository, root });
    return { opened, place, target, root, reference };
  }
  throw new KitwrightError('kit-not-found', `There is no ${reference} in ${text}.`, {
    data: { reference: text },
    hint: `See "kitwright list" for the kits in the store, and "kitwright list TARGET" for those of a target.`,
  });
}

function onlyReference({ references }: OpenedTarget, text: string): string {
  const [first = defaultTag, ...others] = references;
  if (others.length)
    throw new KitwrightError('reference-invalid', `${text} names several tags; only one can be used here.`);
  return first;
}
