import { dirname } from 'node:path';
import { type AcceptKit, KitwrightError } from '@kitwright/core/internal';
import { checkPolicyFile } from '../config/checkConfig.ts';
import { readPolicyFile } from '../config/readPolicyFile.ts';
import type { Session } from '../Session.ts';
import { requireMet } from './acceptKits.ts';
import { checkRules } from './checkPolicy.ts';
import { concernsPlace } from './concernsPlace.ts';
import { nameOf } from './nameOf.ts';

/**
 * Accepts what meets the rules of a file. A kit that no rule is for is refused: whoever wrote an archive chose the names in
 * it. Throws `config-invalid`, `policy-refused`, and whatever keeps a rule from being checked.
 */
export async function acceptByFile(session: Session, path: string): Promise<AcceptKit> {
  const { file, value } = await readPolicyFile(path);
  const { verify } = await checkPolicyFile(value, file);
  const rules = verify.map((rule) => ({ ...rule, file, folder: dirname(file) }));
  return async (kit) => {
    if (kit.isVouched) return;
    if (!rules.some(({ match }) => concernsPlace(match, kit.place)))
      throw new KitwrightError('policy-refused', `No rule of the policy is for ${nameOf(kit)}.`, {
        data: { place: kit.place, digest: kit.root.digest },
        source: { file },
      });
    requireMet(kit, await checkRules(session, rules, kit));
  };
}
