import { type AcceptKit, isLocalStore, KitwrightError, type OfferedKit } from '@kitwright/core/internal';
import type { AdmittedKit } from '@kitwright/core/internal/builds';
import { pinCheck } from '../pins/checkPin.ts';
import type { Session } from '../Session.ts';
import { checkPolicy, type RuleResult } from './checkPolicy.ts';
import { nameOf } from './nameOf.ts';

/**
 * Accepts the kits that are what `kit-lock.json` says, and that meet the rules. Throws `pin-mismatch`, `policy-refused`,
 * and whatever keeps a rule from being checked.
 */
export function acceptKits(session: Session): AcceptKit {
  const holdPin = pinCheck();
  return async (kit) => {
    holdPin(kit);
    if (!kit.isVouched) requireMet(kit, await checkPolicy(session, kit));
  };
}

/**
 * Refuses a kit that does not meet the rules of the place where it gets its names. Pins hold for names of the local store
 * (`tags`): who asks for one of them gets what is there, and no registry is asked.
 */
export function admitKits(session: Session, place: string, tags: readonly string[] = []) {
  const holdPin = pinCheck();
  return async (kit: AdmittedKit): Promise<void> => {
    const offered = { ...kit, place, reference: undefined };
    if (isLocalStore(kit.target)) for (const reference of tags) holdPin({ ...offered, reference });
    requireMet(offered, await checkPolicy(session, offered));
  };
}

/** Throws `policy-refused` for the first rule that is not met. */
export function requireMet(kit: OfferedKit, results: readonly RuleResult[]): void {
  const failed = results.find(({ reasons }) => reasons.length);
  if (!failed) return;
  const { match, file } = failed.rule;
  throw new KitwrightError(
    'policy-refused',
    `${nameOf(kit)} does not meet the rule for ${JSON.stringify(match)}: ${failed.reasons[0]}`,
    {
      data: { place: kit.place, digest: kit.root.digest, match, reasons: failed.reasons },
      source: { file },
      ...(kit.child === undefined ? {} : { hint: refersByTag }),
    },
  );
}

const refersByTag =
  'A kit to which another one refers by a tag must be signed as that one: sign it, or name it by its digest where the other one is packed.';
