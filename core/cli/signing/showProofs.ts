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
  const notes = proofs.flatMap((proof) => proof.notes ?? (proof.logged ? [] : [logNote]));
  for (const note of new Set(notes)) session.output.note(note);
  session.output.answer({
    json,
    text: [`Verified ${digest} (${reference})`, ...proofs.map(proofText)],
    ...(output === 'json' ? { document: jsonText(json) } : {}),
  });
}

function proofJson({ signer, format, evidence, annotations, statement, time, expires, notes }: Proof): object {
  const said = { time, expires, notes };
  return { signer, format, evidence, annotations, ...statement, ...said };
}

function proofText({ signer, format, annotations, statement, time, expires }: Proof): string {
  const noted = Object.entries(annotations).map((pair) => pair.join('='));
  const what = statement ? `attested ${statement.predicateType}` : 'signed';
  return [`  ${what} by ${signer} (${format})`, ...timesText(time, expires), ...noted].join(' ');
}

function timesText(time: string | undefined, expires: string | undefined): readonly string[] {
  return [...(time === undefined ? [] : [`at ${time}`]), ...(expires === undefined ? [] : [`until ${expires}`])];
}
