import type { Command } from 'commander';

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

function settings(values: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}`));
}
