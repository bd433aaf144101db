import {
  KitwrightError,
  messageOf,
  type OpenContext,
  parseJsonObject,
  readPlainFile,
  type SignerOptions,
} from '@kitwright/core/plugin';
import { askIssuer } from './askIssuer.ts';
import { callJson } from './callService.ts';

/** What an OIDC issuer says about somebody (RFC 7519). It is a secret: whoever has it can sign in this name. */
export interface IdentityToken {
  readonly text: string;
  /** Whom it names, as Fulcio reads it: the e-mail address, else the subject. */
  readonly subject: string;
  readonly issuer: string;
  /** ms since 1970. */
  readonly expires: number;
}

/** The audience and client ID that Fulcio expects. */
export const audience = 'sigstore';

/**
 * The identity to sign with: the token that is named (`identity-token`, itself or in a file), that of the environment
 * (`SIGSTORE_ID_TOKEN`, as GitLab and others set it; a job of GitHub), else whoever sits at the terminal logs in at the
 * issuer. Throws `unauthorized`, `usage`, and what asking throws.
 */
export async function identityToken(
  given: SignerOptions,
  issuer: string,
  context: OpenContext,
): Promise<IdentityToken> {
  const { env } = context;
  const named = given.options['identity-token'];
  if (named !== undefined)
    return parseToken(
      named.includes('.') && /^[\w.-]+$/.test(named) && named.split('.').length === 3 ? named : readToken(named),
    );
  const { SIGSTORE_ID_TOKEN: ambient, ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: secret } = env;
  if (ambient) return parseToken(ambient);
  if (url && secret) return parseToken(await githubToken(url, secret, context));
  return parseToken(await askIssuer(given, issuer, context));
}

/** Bytes. */
const limit = 64 * 1024;

function readToken(path: string): string {
  return readPlainFile(path, limit).toString().trim();
}

/** GitHub, "OpenID Connect reference": a job asks for a token with the audience that it needs. */
async function githubToken(url: string, secret: string, context: OpenContext): Promise<string> {
  const address = URL.parse(url);
  address?.searchParams.set('audience', audience);
  const call = { service: 'GitHub', url: address?.href ?? url, headers: { authorization: `Bearer ${secret}` } };
  const { value } = await callJson(call, context);
  if (typeof value === 'string') return value;
  throw new KitwrightError('unauthorized', 'GitHub gave no identity token.', {
    hint: 'The job needs "permissions: id-token: write".',
  });
}

/** Reads a token without verifying it: that is for Fulcio. Its text is in no message. Throws `unauthorized`. */
export function parseToken(text: string, now = Date.now()): IdentityToken {
  const { iss, sub, email, email_verified: verified, aud, exp } = claimsOf(text);
  if (typeof iss !== 'string' || typeof exp !== 'number') throw tokenError('names no issuer or no expiry');
  if (exp * 1000 <= now) throw tokenError('has expired');
  if (![aud].flat().includes(audience)) throw tokenError(`is not for the audience "${audience}"`);
  if (typeof email === 'string' && verified !== true && verified !== 'true')
    throw tokenError('has an e-mail address that its issuer has not verified');
  const subject = typeof email === 'string' ? email : sub;
  if (typeof subject !== 'string' || !subject) throw tokenError('names nobody');
  return { text, subject, issuer: iss, expires: exp * 1000 };
}

function claimsOf(text: string) {
  const [, payload, signature] = text.split('.');
  if (!payload || !signature || text.length > limit) throw tokenError('is no JSON Web Token');
  try {
    return parseJsonObject(Buffer.from(payload, 'base64url'), 'token');
  } catch (error) {
    throw tokenError(`cannot be read: ${messageOf(error)}`);
  }
}

function tokenError(why: string): KitwrightError {
  return new KitwrightError('unauthorized', `The identity token ${why}.`, {
    hint: `A pipeline gets one by SIGSTORE_ID_TOKEN or from GitHub, for the audience "${audience}".`,
  });
}
