import { signKit, withHeldKit } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { parsePairs } from '../options/parsePairs.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { keylessOptions } from '../signing/keylessOptions.ts';
import { checkModelFlags, type ModelFlags, modelOptions } from '../signing/modelOptions.ts';
import { isKeyless, openKeyOrIdentity, type SignerFlags } from '../signing/openKeyOrIdentity.ts';
import { showSigned } from '../signing/showSigned.ts';
import { signingOptions } from '../signing/signingOptions.ts';
import { uploadOption } from '../signing/transparencyLog.ts';

export function define(program: Command): void {
  keylessOptions(
    uploadOption(
      modelOptions(
        signingOptions(
          program
            .command('sign')
            .argument(
              '<reference>',
              'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host; with --oms a directory',
            )
            .description('Sign a ModelKit; the signature is stored beside it and travels with it')
            .option('--password-file <file>', 'the password of the private key (COSIGN_PASSWORD)'),
          'sign',
        ),
        'sign',
      ),
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright sign registry.example.com/team/model:v1 --key cosign.key -a stage=release\n' +
        '  kitwright sign registry.example.com/team/model:v1 --key key.pem --certificate chain.pem\n' +
        '  kitwright sign --oms ./model --key key.pem',
    )
    .action(runCommand(sign));
}

interface SignCommandFlags extends SignerFlags, ModelFlags {
  readonly annotations: readonly string[];
}

async function sign(session: Session, reference: string, flags: SignCommandFlags): Promise<undefined> {
  const { annotations: given, format } = flags;
  checkModelFlags(flags, {
    '-a': given.length > 0,
    '--format': format !== undefined,
  });
  if (flags.oms) return (await import('../signing/signDirectory.ts')).signDirectory(session, reference, flags);
  const annotations = parsePairs(flags.annotations, 'An annotation');
  const signer = await openKeyOrIdentity(session, flags);
  const kitwright = session.kitwright();
  await withHeldKit({ kitwright, store: session.stores() }, reference, 'push', async (kit) => {
    const signed = await signKit(kitwright, kit, { signer, annotations }, session.signal);
    showSigned(session, reference, kit.root.digest, 'Signed', signed, signer.notes, isKeyless(flags));
  });
}
