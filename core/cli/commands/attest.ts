import { signKit, withHeldKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { parsePairs } from '../options/parsePairs.ts';
import { sourceDate } from '../options/sourceDate.ts';
import { refuseForeign } from '../refuseForeign.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { keylessOptions } from '../signing/keylessOptions.ts';
import { isKeyless, openKeyOrIdentity, type SignerFlags } from '../signing/openKeyOrIdentity.ts';
import { predicateWords, readPredicate } from '../signing/predicate.ts';
import { showSigned } from '../signing/showSigned.ts';
import { signingOptions } from '../signing/signingOptions.ts';
import { uploadOption } from '../signing/transparencyLog.ts';

export function define(program: Command): void {
  keylessOptions(
    uploadOption(
      signingOptions(
        program
          .command('attest')
          .argument('<reference>', 'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host')
          .description('Sign a statement about a ModelKit: its provenance, an SBOM, a report')
          .requiredOption('--predicate <file>', 'what is stated')
          .option('--type <type>', `what it is: a URI, or one of ${predicateWords}`, 'custom')
          .option('--password-file <file>', 'the password of the private key (COSIGN_PASSWORD)'),
        'sign',
      ),
    ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  kitwright attest registry.example.com/team/model:v1 --key cosign.key --predicate sbom.json --type cyclonedx',
    )
    .action(runCommand(attest));
}

interface AttestFlags extends SignerFlags {
  readonly predicate: string;
  readonly type: string;
  readonly annotations: readonly string[];
}

async function attest(session: Session, reference: string, flags: AttestFlags): Promise<undefined> {
  const seconds = sourceDate(session.env);
  const now = seconds === undefined ? new Date() : new Date(seconds * 1000);
  refuseForeign(flags.predicate);
  const statement = readPredicate(flags.predicate, flags.type, now);
  const annotations = parsePairs(flags.annotations, 'An annotation');
  const signer = await openKeyOrIdentity(session, flags);
  const kitwright = session.kitwright();
  await withHeldKit({ kitwright, store: session.stores() }, reference, 'push', async (kit) => {
    const signed = await signKit(kitwright, kit, { signer, annotations, statement }, session.signal);
    showSigned(session, reference, kit.root.digest, 'Attested', signed, signer.notes, isKeyless(flags));
  });
}
