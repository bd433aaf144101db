import {
  type Ancestor,
  type Demand,
  KitwrightError,
  type LoadedKit,
  type Place,
  type Reference,
  repositoryOf,
  resolveKit,
  verifyKit,
} from '@kitwright/core/internal';
import { kitSources } from '../remote.ts';
import type { Session } from '../Session.ts';
import { identitySettings } from '../signing/keylessOptions.ts';
import { openVerifier } from '../signing/openSigning.ts';

/** A kit whose signatures are looked for; `from` is the one that refers to it. */
interface SignedKit {
  readonly reference: Reference;
  readonly kit: LoadedKit;
  readonly place: Place;
  readonly from?: Reference | undefined;
}

/**
 * Who signed a kit, of those whom the variables of `kit`'s init image name: a key (`COSIGN_KEY`), or an identity
 * (`COSIGN_CERT_IDENTITY` and `COSIGN_CERT_OIDC_ISSUER`). Undefined if they name nobody; with `REQUIRE_SIGNATURE` that is
 * an error. Throws `signature-missing`, `signature-invalid`, `key-invalid`, `usage`.
 */
export async function signersOf(session: Session, signed: SignedKit): Promise<readonly string[] | undefined> {
  const verifier = await openTrusted(session);
  if (verifier) return signersBy(session, verifier, signed);
  session.warn('No signature is verified: neither COSIGN_KEY nor COSIGN_CERT_IDENTITY is set.');
  return undefined;
}

/**
 * The same for the kits whose models come with a kit: each must be signed too, because whoever may write to its repository
 * moves its tag. A digest needs no signature: that of the kit that names it is about it. Throws the same.
 */
export async function requireSignedAncestors(
  session: Session,
  ancestors: readonly Ancestor[],
  where: Pick<SignedKit, 'place' | 'from'>,
): Promise<void> {
  const tagged = ancestors.filter(({ reference }) => !reference.isDigest);
  const verifier = tagged.length ? await openTrusted(session) : undefined;
  if (!verifier) return;
  for (const { reference, text, kit } of tagged)
    await signersBy(session, verifier, { reference, kit, ...where }).catch((error: unknown) => {
      throw error instanceof KitwrightError ? ofAncestor(error, text) : error;
    });
}

function ofAncestor({ code, message, data, cause }: KitwrightError, text: string): KitwrightError {
  return new KitwrightError(code, `The kit refers to ${text}, which must be signed too: ${message}`, {
    data: { ...data, reference: text },
    hint: 'Sign it, or name it by its digest (repository@sha256:...) where the kit is packed.',
    cause,
  });
}

/** Undefined if the variables name nobody. */
async function openTrusted(session: Session): Promise<Demand['verifier'] | undefined> {
  const trusted = trustedBy(session.env);
  return trusted && openVerifier(session, 'cosign', trusted);
}

async function signersBy(
  session: Session,
  verifier: Demand['verifier'],
  { reference, kit, place, from }: SignedKit,
): Promise<readonly string[]> {
  const { descriptor: root } = kit;
  // The kit was accepted: to its signatures, which have tags too, the rules of a config do not apply.
  const named = { ...reference, reference: root.digest, isDigest: true };
  const { target } = await resolveKit(named, kitSources(session, place), from);
  const { proofs } = await verifyKit(
    session.kitwright(),
    { target, repository: repositoryOf(reference), root },
    { verifier, annotations: {} },
  );
  return [...new Set(proofs.map(({ signer }) => signer))];
}

function trustedBy(env: Session['env']) {
  const { COSIGN_KEY: key, COSIGN_CERT_IDENTITY: identity, COSIGN_CERT_OIDC_ISSUER: issuer } = env;
  const root = env['COSIGN_TRUSTED_ROOT'];
  // A text of a key is in the variable itself.
  if (key) return { key: key.includes('-----BEGIN') ? 'env://COSIGN_KEY' : key };
  if (identity && issuer)
    return {
      key: undefined,
      options: identitySettings({
        certificateIdentity: identity,
        certificateOidcIssuer: issuer,
        ...(root ? { trustedRoot: root } : {}),
        insecureIgnoreSct: isSet(env['COSIGN_INSECURE_IGNORE_SCT']),
      }),
    };
  if (identity || issuer)
    throw new KitwrightError('usage', 'COSIGN_CERT_IDENTITY and COSIGN_CERT_OIDC_ISSUER belong together.');
  if (isSet(env['REQUIRE_SIGNATURE']))
    throw new KitwrightError(
      'signature-missing',
      'REQUIRE_SIGNATURE is set, and nothing says whose signature counts.',
      {
        hint: 'Set COSIGN_KEY, or COSIGN_CERT_IDENTITY and COSIGN_CERT_OIDC_ISSUER.',
      },
    );
  return undefined;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false', 'no'].includes(value.toLowerCase());
}
