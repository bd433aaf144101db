import {
  allReferrers,
  checkKitBytes,
  findKit,
  KitwrightError,
  type OfferedKit,
  referrersOfKit,
} from '@kitwright/core/internal';
import { requireMet } from '../policy/acceptKits.ts';
import { checkPolicy, type RuleResult } from '../policy/checkPolicy.ts';
import { nameOf } from '../policy/nameOf.ts';
import type { Session } from '../Session.ts';

/**
 * `verify` without a key: the kit must meet every rule for its place. With `explain` each rule is shown, with what was
 * attached, what counts and what does not, also where a rule is not met. Throws `usage` without a rule, `policy-refused`.
 */
export async function showPolicy(session: Session, text: string, explain: boolean): Promise<undefined> {
  const kit = await offeredKit(session, text);
  await checkKitBytes(kit.target, kit.root);
  const results = await checkPolicy(session, kit);
  if (!results.length)
    throw new KitwrightError('usage', `No rule in a config is for ${kit.place}.`, {
      hint: 'Name a key with --key, or write rules under "verify" in your config.json.',
    });
  const attached = explain ? await attachedTo(session, kit) : [];
  if (explain) session.output.note([...attached, ...results.flatMap(explained)]);
  requireMet(kit, results);
  session.output.answer({
    json: { reference: text, place: kit.place, digest: kit.root.digest, rules: results.map(ruleJson) },
    text: [
      `Verified ${kit.root.digest} (${nameOf(kit)})`,
      ...results.map((result) => `  rule ${result.rule.match}: ${signersIn(result).join(', ')}`),
    ],
  });
}

/** The kit of a text as rules see it. */
export async function offeredKit(session: Session, text: string): Promise<OfferedKit> {
  const places = { kitwright: session.kitwright(), store: session.stores() };
  const { opened, ...found } = await findKit(places, text);
  return { ...found, repository: opened.repository };
}

async function attachedTo(session: Session, { target, repository, root }: OfferedKit): Promise<readonly string[]> {
  const found = await referrersOfKit(session.kitwright(), { target, repository, filter: allReferrers }, root);
  if (!found.length) return ['Nothing is attached to it.'];
  return [
    'Attached:',
    ...found.map(({ descriptor, tag }) => `  ${descriptor.digest} ${tag ?? descriptor.artifactType ?? ''}`),
  ];
}

function explained({ rule, proofs, rejected, reasons }: RuleResult): readonly string[] {
  return [
    `Rule ${rule.match} of ${rule.file}: ${reasons.length ? 'not met' : 'met'}`,
    ...proofs.map(({ signer, format, statement, evidence }) => {
      return `  counts: ${evidence}: ${statement ? statement.predicateType : 'signature'} by ${signer} (${format})`;
    }),
    ...rejected.map(({ evidence, reason }) => `  does not count: ${evidence}: ${reason}`),
    ...reasons.map((reason) => `  refused: ${reason}`),
  ];
}

/** Each once: who signed and attested, in both forms, is one. */
function signersIn({ proofs }: RuleResult): readonly string[] {
  return [...new Set(proofs.map(({ signer }) => signer))];
}

function ruleJson(result: RuleResult): object {
  const { match, file } = result.rule;
  return { match, file, signers: signersIn(result) };
}
