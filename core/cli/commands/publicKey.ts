import { atomicWrite, systemError } from '@kitwright/core/internal';
import { publicKeyOf } from '@kitwright/cosign';
import type { Command } from 'commander';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { keyPassword } from '../signing/keyPassword.ts';

export function define(program: Command): void {
  program
    .command('public-key')
    .description('Print the public key that belongs to a private one')
    .requiredOption('--key <key>', 'the private key: a file, env://NAME, or scheme://ID in a service')
    .option('--outfile <file>', 'write it to a file')
    .option('--password-file <file>', 'the password of the private key (COSIGN_PASSWORD)')
    .addHelpText('after', '\nExample:\n  kitwright public-key --key cosign.key')
    .action(runCommand(run));
}

interface Flags {
  readonly key: string;
  readonly outfile?: string;
  readonly passwordFile?: string;
}

async function run(session: Session, { key, outfile, passwordFile }: Flags): Promise<undefined> {
  const context = session.kitwright().contextFor('@kitwright/cosign');
  const publicKey = await publicKeyOf(key, keyPassword(session, passwordFile), context);
  if (outfile !== undefined) write(outfile, publicKey);
  session.output.answer({
    json: { publicKey, ...(outfile === undefined ? {} : { path: outfile }) },
    ...(outfile === undefined ? { document: publicKey.trimEnd() } : { text: `Public key written to ${outfile}` }),
  });
}

function write(path: string, text: string): void {
  try {
    // A link of somebody else in its place leads nowhere.
    atomicWrite(path, text);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'write', path);
  }
}
