import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Existing, KitwrightError } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { deliver } from '../delivering/deliver.ts';
import { deploymentEntry, logDeployment } from '../delivering/deploymentLog.ts';
import { variableFlags } from '../delivering/variableFlags.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    variableFlags(
      program
        .command('init-container')
        .description('Verify and unpack the ModelKit that MODELKIT_REF names, for a pod: see the variables below')
        .option('-d, --dir <directory>', 'target directory; takes precedence over UNPACK_PATH')
        .option('-f, --filter <types:names>', 'more elements; repeatable', repeatable, [])
        .option('-o, --overwrite', 'replace what is there already, which is done anyway')
        .option('-i, --ignore-existing', 'keep what is there already, whoever wrote it'),
      'EXTRA_FLAGS',
    ),
  )
    .addHelpText('after', variables)
    .action(runCommand(initContainer));
}

const variables = [
  '',
  "Variables, those of kit's init image:",
  '  MODELKIT_REF             the ModelKit; required',
  '  UNPACK_PATH              where its files go; "modelkit" in the home by default',
  '  UNPACK_FILTER            what is unpacked; "model" by default',
  '  EXTRA_FLAGS              flags of this command',
  '  COSIGN_KEY               a public key that must have signed it: a file, or its text',
  '  COSIGN_CERT_IDENTITY, COSIGN_CERT_OIDC_ISSUER',
  '                           an identity that must have signed it',
  '  COSIGN_TRUSTED_ROOT      the authorities and logs that count for an identity; COSIGN_INSECURE_IGNORE_SCT=1: its',
  '                           certificate is in no log',
  'and ours:',
  '  REQUIRE_SIGNATURE        1: fail if none of them is set',
  '  DEPLOYMENT_LOG           a file that gets the line that is printed too: digest, signer, time, pod',
  '  POD_NAME, POD_NAMESPACE  named in that line',
].join('\n');

interface InitFlags {
  readonly dir?: string;
  readonly filter: readonly string[];
  readonly ignoreExisting?: boolean;
}

async function initContainer(session: Session, flags: InitFlags): Promise<undefined> {
  const { MODELKIT_REF: text, UNPACK_PATH: path, UNPACK_FILTER: filter } = session.env;
  if (!text) throw new KitwrightError('usage', 'The variable MODELKIT_REF must name a ModelKit.');
  const directory = flags.dir ?? (path || join(homedir(), 'modelkit'));
  const existing: Existing = flags.ignoreExisting ? 'keep' : 'replace';
  const filters = [filter || 'model', ...flags.filter];
  const entry = deploymentEntry(session, await deliver(session, { text, directory, filters, existing }), directory);
  logDeployment(session, entry);
  session.output.answer({ json: entry, document: JSON.stringify(entry) });
}
