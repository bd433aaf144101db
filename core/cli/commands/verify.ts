import { type Command, Option } from 'commander';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { identityOptions, identitySettings } from '../signing/keylessOptions.ts';
import { checkModelFlags, modelOptions } from '../signing/modelOptions.ts';
import { showPolicy } from '../signing/showPolicy.ts';
import { showProofs } from '../signing/showProofs.ts';
import { signingOptions } from '../signing/signingOptions.ts';
import { ignoreOption } from '../signing/transparencyLog.ts';
import type { VerifyDirectoryFlags } from '../signing/verifyDirectory.ts';
import { verifyReference } from '../signing/verifyReference.ts';

export function define(program: Command): void {
  ignoreOption(
    modelOptions(
      identityOptions(
        signingOptions(
          program
            .command('verify')
            .argument(
              '<reference>',
              'a ModelKit at a target: see "copy --help"; store:NAME for a local one with a host; with --oms a directory',
            )
            .description(
              'Verify that a ModelKit is signed with a key, by an identity or with a certificate, or without any of them that it meets the rules of your config (exit status 4 if not)',
            )
            .option(
              '--explain',
              'without --key, --root or an identity: show each rule, what is attached, what counts and why not',
            )
            .option('--ignore-unsigned-files', 'with --oms: files that were not signed may be there')
            .addOption(new Option('-o, --output <format>', 'text or json').choices(['text', 'json']).default('text')),
          'verify',
        ),
      ),
      'verify',
    ),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  kitwright verify registry.example.com/team/model:v1 --key cosign.pub\n' +
        '  kitwright verify registry.example.com/team/model:v1 --root ca.pem\n' +
        '  kitwright verify --oms ./model --key key.pub',
    )
    .action(runCommand(verify));
}

async function verify(
  session: Session,
  reference: string,
  flags: VerifyDirectoryFlags & { readonly explain?: boolean },
): Promise<undefined> {
  const { oms, annotations, format, explain, timestampRoot } = flags;
  const ofKits = { '-a': annotations.length > 0, '--format': format !== undefined };
  checkModelFlags(flags, { ...ofKits, '--explain': explain === true, '--timestamp-root': timestampRoot.length > 0 });
  if (oms) return (await import('../signing/verifyDirectory.ts')).verifyDirectory(session, reference, flags);
  const isNamed = flags.key !== undefined || flags.root.length > 0 || identitySettings(flags).length > 0;
  if (!isNamed && flags.verifier === undefined && !flags.verifierOption.length)
    return showPolicy(session, reference, flags.explain === true);
  showProofs(session, reference, await verifyReference(session, reference, flags), flags.output);
}
