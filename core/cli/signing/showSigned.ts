import type { SignedEvidence } from '@kitwright/core/internal';
import type { Session } from '../Session.ts';
import { logNote } from './transparencyLog.ts';

/** Shows what was stored beside a kit. */
export function showSigned(
  session: Session,
  reference: string,
  digest: string,
  verb: 'Signed' | 'Attested',
  signed: readonly SignedEvidence[],
  notes: readonly string[] = [logNote],
  isLogged = false,
): void {
  const evidence = signed.map(({ manifest, existed, evidence: { artifactType, tag } }) => ({
    digest: manifest,
    artifactType,
    ...(tag === undefined ? {} : { tag }),
    existed,
  }));
  for (const note of notes) session.output.note(note);
  session.output.answer({
    json: { reference, digest, evidence, transparencyLog: isLogged },
    text: [
      `${verb} ${digest} (${reference})`,
      ...evidence.map(
        (each) =>
          `  ${each.digest} ${each.tag === undefined ? each.artifactType : `tag ${each.tag}`}${each.existed ? ', was there' : ''}`,
      ),
    ],
  });
}
