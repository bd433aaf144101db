import { KitwrightError } from '@kitwright/core/internal';
import { generateKeyPair } from '@kitwright/cosign';
import type { Command } from 'commander';
import { askToConfirm } from '../output/askToConfirm.ts';
import { runCommand } from '../runCommand.ts';
import type { Session } from '../Session.ts';
import { askPassword, keyPassword } from '../signing/keyPassword.ts';
import { existingOf, keyExists, writeKeyPair } from '../signing/writeKeyPair.ts';

export function define(program: Command): void {
  program
    .command('generate-key-pair')
    .description('Make a key to sign ModelKits with: cosign.key, encrypted, and cosign.pub')
    .option('--output-key-prefix <name>', 'the name of both files before .key and .pub', 'cosign')
    .option('--password-file <file>', 'the password of the private key (COSIGN_PASSWORD)')
    .addHelpText('after', '\nExample:\n  kitwright generate-key-pair --output-key-prefix release')
    .action(runCommand(run));
}

interface Flags {
  readonly outputKeyPrefix: string;
  readonly passwordFile?: string;
}

async function run(session: Session, { outputKeyPrefix: name, passwordFile }: Flags): Promise<undefined> {
  const files = { privateKey: `${name}.key`, publicKey: `${name}.pub` };
  const [existing] = existingOf(files);
  const overwrite =
    existing !== undefined && (await askToConfirm(session, `${existing} exists already. Replace the key?`, false));
  if (existing !== undefined && !overwrite) throw keyExists(existing);
  writeKeyPair(files, await generateKeyPair(await newPassword(session, passwordFile)), overwrite);
  session.output.answer({
    json: files,
    text: [`Private key written to ${files.privateKey}`, `Public key written to ${files.publicKey}`],
  });
}

/** A password that is typed is typed twice. */
async function newPassword(session: Session, file: string | undefined): Promise<string> {
  const question = 'Password of the private key (Enter for none)';
  const given = file ?? session.env['COSIGN_PASSWORD'];
  const password = await keyPassword(session, file)(question);
  if (password === undefined)
    throw new KitwrightError('usage', 'A password is needed, and there is no terminal to ask for it.', {
      hint: 'Set COSIGN_PASSWORD (it may be empty), or name a file with --password-file.',
    });
  if (given === undefined && (await askPassword(session, 'The same again')) !== password)
    throw new KitwrightError('usage', 'The two passwords differ.');
  return password;
}
