import { KitwrightError } from '@kitwright/core/plugin';

/** Whom a certificate of Fulcio names: an e-mail address or a URI, and who vouches for it. */
export interface Identity {
  readonly subject: string;
  /** The OIDC issuer: `https://accounts.example.com`. */
  readonly issuer: string;
}

/** Which identities count. */
export interface WantedIdentity {
  readonly subject: WantedText;
  readonly issuer: WantedText;
}

/** A whole text, or a regular expression that the whole text must match. */
export type WantedText = { readonly text: string } | { readonly pattern: RegExp };

/** More than any certificate has; a regular expression is not run on more. */
const maxLength = 2048;

/** Why an identity does not count; undefined if it does. The clause follows "the signature does not count". */
export function mismatchOf(identity: Identity, wanted: WantedIdentity): string | undefined {
  if (!matches(identity.issuer, wanted.issuer))
    return `it is vouched for by ${shown(identity.issuer)}, not by ${shownWanted(wanted.issuer)}`;
  if (!matches(identity.subject, wanted.subject))
    return `it is by ${shown(identity.subject)}, not by ${shownWanted(wanted.subject)}`;
  return undefined;
}

function matches(text: string, wanted: WantedText): boolean {
  return 'text' in wanted ? text === wanted.text : text.length <= maxLength && wanted.pattern.test(text);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, maxLength));
}

function shownWanted(wanted: WantedText): string {
  return 'text' in wanted ? JSON.stringify(wanted.text) : `what matches ${wanted.pattern.source}`;
}

/**
 * The identity of `certificate-identity` or its `-regexp`, as cosign calls them. A regular expression is anchored, unlike
 * cosign's: `example\.com` is no way to say `evil-example.com.attacker.net`. Throws `usage`.
 */
export function wantedText(
  name: string,
  text: string | undefined,
  expression: string | undefined,
): WantedText | undefined {
  if (text !== undefined && expression !== undefined)
    throw new KitwrightError('usage', `Name either ${name} or ${name}-regexp.`);
  const empty = text === '' || expression === '';
  if (empty) throw new KitwrightError('usage', `${name} is empty: that would be everybody.`);
  if (text !== undefined) return { text };
  return expression === undefined ? undefined : { pattern: anchored(name, expression) };
}

function anchored(name: string, expression: string): RegExp {
  try {
    // Alone first: brackets that do not match could open the group in which it is put.
    new RegExp(expression, 'u');
    return new RegExp(`^(?:${expression})$`, 'u');
  } catch (error) {
    throw new KitwrightError('usage', `${name}-regexp is no regular expression.`, { cause: error });
  }
}
