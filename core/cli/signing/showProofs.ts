import type { Proof, Verification } from '@kitwright/core/internal';
import { jsonText } from '../output/createResults.ts';
import type { Session } from '../Session.ts';
import { logNote } from './transparencyLog.ts';

/** Shows what was proven of a kit, and what is attached and does not count. */
export function showProofs(
  session: Session,
  reference: string,
  { subject, proofs, rejected }: Verification,
  output: string,
): void {
  const { digest } = subject;
  const logged = proofs.every((proof) => proof.logged === true);
  const json = { reference, digest, verified: proofs.map(proofJson), rejected, transparencyLog: logged };
  for (const { evidence, reason } of rejected) session.output.note(`Not counted: ${evidence}: ${reason}`);
  if (!logged) session.output.note(logNote);
  session.output.answer({
    json,
    text: [`Verified ${digest} (${reference})`, ...proofs.map(proofText)],
    ...(output === 'json' ? { document: jsonText(json) } : {}),
  });
}

function proofJson({ signer, format, evidence, annotations, statement, time }: Proof): object {
  return { signer, format, evidence, annotations, ...statement, ...(time === undefined ? {} : { time }) };
}

function proofText({ signer, format, annotations, statement, time }: Proof): string {
  const noted = Object.entries(annotations).map((pair) => pair.join('='));
  const what = statement ? `attested ${statement.predicateType}` : 'signed';
  return [`  ${what} by ${signer} (${format})`, ...(time === undefined ? [] : [`at ${time}`]), ...noted].join(' ');
}
