import { type Existing, KitwrightError, parseReference } from '@kitwright/core/internal';
import type { Command } from 'commander';
import { deliver } from '../delivering/deliver.ts';
import { type DeploymentEntry, deploymentEntry, logDeployment } from '../delivering/deploymentLog.ts';
import { loginFromPod } from '../delivering/loginFromPod.ts';
import { variableFlags } from '../delivering/variableFlags.ts';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';

export function define(program: Command): void {
  networkOptions(
    variableFlags(
      program
        .command('storage-initializer')
        .argument('<uri-and-directory...>', 'pairs: kit://registry/repository:tag, and where its files go')
        .description('Verify and unpack ModelKits for KServe (ClusterStorageContainer)')
        .option('-f, --filter <types:names>', 'instead of the model these elements; repeatable', repeatable, [])
        .option('-o, --overwrite', 'replace what is there already, which is done anyway')
        .option('-i, --ignore-existing', 'keep what is there already, whoever wrote it'),
      'KIT_UNPACK_FLAGS',
    ),
  )
    .addHelpText('after', variables)
    .action(runCommand(storageInitializer));
}

const variables = [
  '',
  "Variables, those of kit's image for KServe:",
  '  KIT_UNPACK_FLAGS                  flags of this command',
  '  KIT_USER, KIT_PASSWORD            credentials for the registry (KIT_REGISTRY: for this one only)',
  '  AWS_ROLE_ARN, AWS_ECR_REGION      else those of a role of AWS (IRSA)',
  '  GCP_WIF=true, GCP_GAR_LOCATION    else those of an identity of Google Cloud',
  'and those of init-container: COSIGN_*, REQUIRE_SIGNATURE, DEPLOYMENT_LOG, POD_*.',
].join('\n');

interface StorageFlags {
  readonly filter: readonly string[];
  readonly ignoreExisting?: boolean;
}

async function storageInitializer(session: Session, words: readonly string[], flags: StorageFlags): Promise<undefined> {
  const pairs = pairsOf(words);
  const existing: Existing = flags.ignoreExisting ? 'keep' : 'replace';
  const filters = flags.filter.length ? flags.filter : ['model'];
  const entries: DeploymentEntry[] = [];
  for (const { text, directory } of pairs) {
    await loginFromPod(session, parseReference(text).registry);
    const entry = deploymentEntry(session, await deliver(session, { text, directory, filters, existing }), directory);
    logDeployment(session, entry);
    entries.push(entry);
  }
  session.output.answer({
    json: { models: entries },
    document: entries.map((entry) => JSON.stringify(entry)).join('\n'),
  });
}

const scheme = 'kit://';

function pairsOf(words: readonly string[]): readonly { readonly text: string; readonly directory: string }[] {
  if (words.length % 2) throw new KitwrightError('usage', 'Each address needs a directory: <uri> <directory> ...');
  return Array.from({ length: words.length / 2 }, (_, i) => {
    const [uri = '', directory = ''] = words.slice(2 * i, 2 * i + 2);
    if (uri.startsWith(scheme)) return { text: uri.slice(scheme.length), directory };
    throw new KitwrightError('usage', `${JSON.stringify(uri)} does not begin with ${scheme}.`);
  });
}
