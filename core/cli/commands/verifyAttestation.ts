import { type Command, Option } from 'commander';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { identityOptions } from '../signing/keylessOptions.ts';
import { predicateTypeOf, predicateWords } from '../signing/predicate.ts';
import { showProofs } from '../signing/showProofs.ts';
import { signingOptions } from '../signing/signingOptions.ts';
import { ignoreOption } from '../signing/transparencyLog.ts';
import { type VerifyFlags, verifyReference } from '../signing/verifyReference.ts';

export function define(program: Command): void {
  ignoreOption(
    identityOptions(
      signingOptions(
        program
          .command('verify-attestation')
          .argument('<reference>', 'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host')
          .description(
            'Verify a statement about a ModelKit that is signed with a key or by an identity (exit status 4 if there is none)',
          )
          .option('--type <type>', `what it must be: a URI, or one of ${predicateWords}`, 'custom')
          .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text')),
        'verify',
      ),
    ),
  )
    .addHelpText(
      'after',
      '\nExample:\n  kitwright verify-attestation registry.example.com/team/model:v1 --key cosign.pub --type cyclonedx',
    )
    .action(runCommand(verifyAttestation));
}

interface VerifyAttestationFlags extends VerifyFlags {
  readonly type: string;
}

async function verifyAttestation(
  session: Session,
  reference: string,
  flags: VerifyAttestationFlags,
): Promise<undefined> {
  const verification = await verifyReference(session, reference, flags, predicateTypeOf(flags.type));
  showProofs(session, reference, verification, flags.output);
}
