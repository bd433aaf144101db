import type { Command } from 'commander';
import { networkOptions } from '../options/networkOptions.ts';
import { repeatable } from '../options/repeatable.ts';

const formats =
  'both (default), bundle (Sigstore bundle: cosign 3) or legacy (tags: cosign 1 and 2); of notation jws or cose';

/** The flags of commands that sign or verify; `--key` is the signer's, so that of the client is `--client-key`. */
export function signingOptions(command: Command, does: 'sign' | 'verify'): Command {
  const format = does === 'sign' ? `what is written: ${formats}` : `what counts: ${formats}`;
  return networkOptions(
    pluginOptions(trustOptions(command, does), does)
      .option(
        '--key <key>',
        `the ${does === 'sign' ? 'private' : 'public'} key: a file, env://NAME, or scheme://ID in a service`,
      )
      .option(
        '-a, --annotations <key=value>',
        does === 'sign' ? 'signed with the rest; repeatable' : 'must be signed; repeatable',
        repeatable,
        [],
      )
      .option('--format <which>', format),
    '--client-key <file>',
  );
}

/** Which plugin does it, and what only that one understands. */
function pluginOptions(command: Command, does: 'sign' | 'verify'): Command {
  const who = does === 'sign' ? 'signer' : 'verifier';
  return command
    .option(
      `--${who} <id>`,
      `the plugin that does it; cosign by default, with ${does === 'sign' ? '--certificate' : '--root'} notation`,
    )
    .option(`--${who}-option <name=value>`, 'an option of that plugin; repeatable', repeatable, []);
}

function certificateOption(command: Command): Command {
  return command.option('--certificate <file>', 'the certificates of the key in PEM: its own first, the root last');
}

/** With a certificate: what notation takes; and what counts beside the signer. */
function trustOptions(command: Command, does: 'sign' | 'verify'): Command {
  return does === 'sign'
    ? certificateOption(command)
    : command
        .option('--root <file>', 'trust the certificates in this PEM file; repeatable', repeatable, [])
        .option(
          '--same-repository',
          'only what was signed for the repository where it is; a copy elsewhere does not count',
        )
        .option(
          '--timestamp-root <file>',
          'with --root: demand a timestamp by an authority below these; repeatable',
          repeatable,
          [],
        );
}

/** Adds the flags of commands that sign what they make or push. */
export function signOption(command: Command): Command {
  return pluginOptions(
    certificateOption(
      command.option(
        '--sign [key]',
        'sign the ModelKit with this private key, which is opened once, at the start; without a key by your identity',
      ),
    ),
    'sign',
  )
    .option('--password-file <file>', 'the password of that key (COSIGN_PASSWORD)')
    .option(
      '--identity-token <token>',
      'with --sign without a key: who signs, as a token or its file (SIGSTORE_ID_TOKEN)',
    )
    .option('--signing-config <file>', 'the services that sign an identity (those of sigstore.dev)')
    .option('--trusted-root <file>', 'what those services must be vouched for by, checked before anything is stored')
    .option('-y, --yes', 'with --sign without a key: enter your identity in the public log without asking');
}

/** What `--sign` was given, and the flags that belong to it. */
export interface SignFlags {
  /** A key; true = an identity. */
  readonly sign?: string | true;
  /** An attestation is signed too. */
  readonly attest?: boolean;
  readonly certificate?: string;
  readonly signer?: string;
  readonly signerOption: readonly string[];
  readonly passwordFile?: string;
  readonly identityToken?: string;
  readonly signingConfig?: string;
  readonly trustedRoot?: string;
  readonly yes?: boolean;
}
