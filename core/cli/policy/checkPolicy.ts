import { resolve } from 'node:path';
import {
  type Demand,
  type JsonValue,
  KitwrightError,
  messageOf,
  type OfferedKit,
  type Proof,
  type Rejection,
  verifyKit,
} from '@kitwright/core/internal';
import { jsonText } from '../output/createResults.ts';
import type { Session } from '../Session.ts';
import { identitySettings } from '../signing/keylessOptions.ts';
import { openVerifier, pluginFor, type SignerSetup } from '../signing/openSigning.ts';
import { predicateTypeOf } from '../signing/predicate.ts';
import { concernsPlace } from './concernsPlace.ts';
import { type PolicyRule, policyRules } from './policyRules.ts';

/** What one rule demands of a kit, and what came of it. */
export interface RuleResult {
  readonly rule: PolicyRule;
  readonly proofs: readonly Proof[];
  /** What does not count. */
  readonly rejected: readonly Rejection[];
  /** Why the rule is not met; empty if it is. */
  readonly reasons: readonly string[];
}

/**
 * Checks a kit against every rule of the configs that matches its place; where none does, and another kit refers to it by
 * a tag, against those for that one. Empty if there are none.
 */
export async function checkPolicy(session: Session, kit: OfferedKit): Promise<readonly RuleResult[]> {
  const rules = await policyRules(session);
  const results = await checkRules(session, rules, kit);
  return results.length || kit.child === undefined ? results : checkRules(session, rules, kit, kit.child);
}

/** The same with these rules. */
export function checkRules(
  session: Session,
  rules: readonly PolicyRule[],
  kit: OfferedKit,
  place = kit.place,
): Promise<readonly RuleResult[]> {
  const matching = rules.filter(({ match }) => concernsPlace(match, place));
  return Promise.all(matching.map((rule) => checkRule(session, rule, kit)));
}

/** A demand in words, and how it is checked. */
interface Wanted {
  readonly predicateType: string | undefined;
  readonly annotations: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, JsonValue>>;
}

async function checkRule(session: Session, rule: PolicyRule, kit: OfferedKit): Promise<RuleResult> {
  const signature: Wanted = { predicateType: undefined, annotations: rule.annotations ?? {}, conditions: {} };
  const attested = (rule.attestations ?? []).map(({ type, conditions = {} }): Wanted => {
    return { predicateType: predicateTypeOf(type), annotations: {}, conditions: conditions as Wanted['conditions'] };
  });
  const [proofs, rejected, reasons]: [Proof[], Rejection[], string[]] = [[], [], []];
  for (const wanted of [signature, ...attested])
    try {
      const found = await proofsOf(session, rule, kit, wanted);
      proofs.push(...found.proofs);
      rejected.push(...found.rejected);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      rejected.push(...rejectedIn(error));
      reasons.push(messageOf(error));
    }
  return { rule, proofs, rejected, reasons };
}

/** By any of the keys and identities. Throws what the last one says. */
async function proofsOf(
  session: Session,
  rule: PolicyRule,
  kit: OfferedKit,
  wanted: Wanted,
): Promise<Pick<RuleResult, 'proofs' | 'rejected'>> {
  let refusal: unknown;
  for (const trusted of trustedBy(rule))
    try {
      return await proofsBy(session, rule, trusted, kit, wanted);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refusal = error;
    }
  throw refusal;
}

/** Whom a verifier is told to trust: a key, `name=value` for an identity, or certificates. */
type Trusted = Pick<SignerSetup, 'key' | 'roots' | 'timestampRoots'> & { readonly options: readonly string[] };

/** With neither, the verifier of a plugin may know. */
function trustedBy({
  keys,
  identities = [],
  roots,
  timestampRoots,
  trustedRoot,
  folder,
}: PolicyRule): readonly Trusted[] {
  const root = trustedRoot === undefined ? [] : [`trusted-root=${resolve(folder, trustedRoot)}`];
  const fileOf = (name: string) => (name.includes('://') ? name : resolve(folder, name));
  const trusted: readonly Trusted[] = [
    ...keys.map((key) => ({ key: fileOf(key), options: [] })),
    ...identities.map((identity) => ({ key: undefined, options: [...root, ...settingsOf(identity)] })),
    ...(roots
      ? [{ key: undefined, roots: roots.map(fileOf), timestampRoots: timestampRoots?.map(fileOf), options: [] }]
      : []),
  ];
  return trusted.length ? trusted : [{ key: undefined, options: [] }];
}

function settingsOf(identity: NonNullable<PolicyRule['identities']>[number]): readonly string[] {
  return identitySettings({
    certificateOidcIssuer: identity.issuer,
    ...('subject' in identity
      ? { certificateIdentity: identity.subject }
      : { certificateIdentityRegexp: identity.subjectRegExp }),
  });
}

async function proofsBy(
  session: Session,
  rule: PolicyRule,
  { key, roots, timestampRoots, options }: Trusted,
  { target, repository, root }: OfferedKit,
  { conditions, ...wanted }: Wanted,
): Promise<Pick<RuleResult, 'proofs' | 'rejected'>> {
  const id = pluginFor(rule.verifier, roots !== undefined);
  const verifier = await openVerifier(session, id, {
    key,
    roots,
    timestampRoots,
    ...(rule.format === undefined ? {} : { format: rule.format }),
    options: [...options, ...Object.entries(rule.options ?? {}).map((pair) => pair.join('='))],
  });
  const demand: Demand = { ...wanted, verifier, repository: rule.sameRepository ? repository : undefined };
  const { proofs, rejected } = await verifyKit(session.kitwright(), { target, repository, root }, demand);
  const unmet = proofs.map(({ statement }) => unmetIn(statement?.predicate, conditions));
  const met = proofs.filter((_, i) => unmet[i] === undefined);
  if (met.length) return { proofs: met, rejected };
  throw new KitwrightError('signature-invalid', `The attestation of type ${wanted.predicateType}: ${unmet[0]}.`);
}

/** The first condition that a predicate does not meet. */
function unmetIn(predicate: unknown, conditions: Wanted['conditions']): string | undefined {
  for (const [path, wanted] of Object.entries(conditions)) {
    const found = valueAt(predicate, path.split('.'));
    if (jsonText(found) !== jsonText(wanted))
      return `${path} is ${found === undefined ? 'not there' : jsonText(found)} and must be ${jsonText(wanted)}`;
  }
  return undefined;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  );
}

/** What an error of `verifyKit` says of evidence. */
function rejectedIn({ data }: KitwrightError): readonly Rejection[] {
  return (data['rejected'] as readonly Rejection[] | undefined) ?? [];
}

function isRefusal(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && (error.code === 'signature-invalid' || error.code === 'signature-missing');
}
