import { readPins } from '../pins/readPins.ts';
import type { Session } from '../Session.ts';
import { policyRules } from './policyRules.ts';

/**
 * Do rules or pins vouch for kits? Then all bytes of those that are unpacked are hashed with SHA-256, also what the store
 * knows by another hash. Throws `config-invalid`.
 */
export async function isVouched(session: Session): Promise<boolean> {
  return Object.keys(readPins()).length > 0 || (await policyRules(session)).length > 0;
}
