import { type Command, Option } from 'commander';

/** The flags that say whose certificates count, as cosign names them. */
export function identityOptions(command: Command): Command {
  return command
    .option('--certificate-identity <identity>', 'without --key: who must have signed, an e-mail address or a URI')
    .option('--certificate-identity-regexp <expression>', 'the same as a regular expression for all of it')
    .option('--certificate-oidc-issuer <url>', 'who vouches for that identity')
    .option('--certificate-oidc-issuer-regexp <expression>', 'the same as a regular expression for all of it')
    .option('--trusted-root <file>', 'the authorities and logs that count (those of sigstore.dev)')
    .option('--insecure-ignore-sct', 'take certificates that are in no log of certificates');
}

/** What `identityOptions` were given. */
export interface IdentityFlags {
  readonly certificateIdentity?: string;
  readonly certificateIdentityRegexp?: string;
  readonly certificateOidcIssuer?: string;
  readonly certificateOidcIssuerRegexp?: string;
  readonly trustedRoot?: string;
  readonly insecureIgnoreSct?: boolean;
}

/** The same as `name=value` for the verifier. */
export function identitySettings(flags: IdentityFlags): readonly string[] {
  return settings({
    'certificate-identity': flags.certificateIdentity,
    'certificate-identity-regexp': flags.certificateIdentityRegexp,
    'certificate-oidc-issuer': flags.certificateOidcIssuer,
    'certificate-oidc-issuer-regexp': flags.certificateOidcIssuerRegexp,
    'trusted-root': flags.trustedRoot,
    'insecure-ignore-sct': flags.insecureIgnoreSct ? 'true' : undefined,
  });
}

/** The flags of signing without a key, as cosign names them. */
export function keylessOptions(command: Command): Command {
  return command
    .option('--identity-token <token>', 'without --key: who signs, as a token or its file (SIGSTORE_ID_TOKEN)')
    .option('--oidc-issuer <url>', 'without --key and a token: where to log in')
    .option('--oidc-client-id <id>', 'the client for which that login is')
    .addOption(
      new Option('--fulcio-auth-flow <flow>', 'log in with a browser here, or with one anywhere').choices([
        'normal',
        'device',
      ]),
    )
    .option('--signing-config <file>', 'the services to sign with (those of sigstore.dev)')
    .option('--fulcio-url <url>', 'the authority that gives the certificate')
    .option('--rekor-url <url>', 'the transparency log, of version 1')
    .option('--timestamp-server-url <url>', 'the timestamp authority')
    .option('--trusted-root <file>', 'what they must be vouched for by, checked before anything is stored')
    .option('-y, --yes', 'without --key: enter your identity in the public log without asking');
}

/** What `keylessOptions` were given. */
export interface KeylessFlags {
  readonly identityToken?: string;
  readonly oidcIssuer?: string;
  readonly oidcClientId?: string;
  readonly fulcioAuthFlow?: string;
  readonly signingConfig?: string;
  readonly fulcioUrl?: string;
  readonly rekorUrl?: string;
  readonly timestampServerUrl?: string;
  readonly trustedRoot?: string;
  readonly yes?: boolean;
}

/** The same as `name=value` for the signer. */
export function keylessSettings(flags: KeylessFlags): readonly string[] {
  return settings({
    'identity-token': flags.identityToken,
    'oidc-issuer': flags.oidcIssuer,
    'oidc-client-id': flags.oidcClientId,
    'fulcio-auth-flow': flags.fulcioAuthFlow,
    'signing-config': flags.signingConfig,
    'fulcio-url': flags.fulcioUrl,
    'rekor-url': flags.rekorUrl,
    'timestamp-server-url': flags.timestampServerUrl,
    'trusted-root': flags.trustedRoot,
  });
}

function settings(values: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
}
