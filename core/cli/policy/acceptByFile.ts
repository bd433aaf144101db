import { dirname, resolve } from 'node:path';
import { type AcceptKit, KitwrightError, readPlainFile } from '@kitwright/core/internal';
import { checkPolicyFile } from '../config/checkConfig.ts';
import { isProgram, readConfigFile } from '../config/readConfigFile.ts';
import type { Session } from '../Session.ts';
import { requireMet } from './acceptKits.ts';
import { checkRules } from './checkPolicy.ts';
import { concernsPlace } from './concernsPlace.ts';
import { nameOf } from './nameOf.ts';

const maxBytes = 1024 * 1024;

/**
 * Accepts what meets the rules of a file. A kit that no rule is for is refused: whoever wrote an archive chose the names in
 * it. Throws `config-invalid`, `policy-refused`, and whatever keeps a rule from being checked.
 */
export async function acceptByFile(session: Session, path: string): Promise<AcceptKit> {
  const file = resolve(path);
  if (isProgram(file))
    throw new KitwrightError('config-invalid', 'A policy is data: YAML or JSON.', { source: { file } });
  const read = await readConfigFile({ path: file, bytes: readPlainFile(file, maxBytes) });
  const { verify } = await checkPolicyFile(read, file);
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
