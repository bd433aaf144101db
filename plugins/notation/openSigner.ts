import { KitwrightError, type OpenContext, type OpenedSigner, type SignerOptions } from '@kitwright/core/plugin';
import { type Algorithm, algorithmOf, isPair } from './algorithms.ts';
import type { Certificate } from './certificates/Certificate.ts';
import { checkChain, checkValidity } from './certificates/checkChain.ts';
import { readCertificates } from './certificates/readCertificates.ts';
import { createVerifier } from './createVerifier.ts';
import type { EnvelopeDraft } from './envelopes/Envelope.ts';
import { evidenceOf } from './evidence.ts';
import { formats, signerSetup } from './notationOptions.ts';
import { keyError, openPrivateKey } from './openPrivateKey.ts';
import { payloadBytes } from './payload.ts';
import { requestTimestamp } from './timestamps/requestTimestamp.ts';

/** A signer with a key and its certificates. Throws `key-invalid`, `usage`. */
export async function openSigner(given: SignerOptions, context: OpenContext): Promise<OpenedSigner> {
  const setup = signerSetup(given);
  const chain = readCertificates(setup.certificate, context);
  const algorithm = checkCertificates(setup.certificate, chain);
  const key = await openPrivateKey(setup.key, given.password, context);
  if (!isPair(key, (chain[0] as Certificate).key))
    throw keyError(setup.key, `is not the key of the first certificate in ${setup.certificate}`);
  const { mediaType, format } = formats.get(setup.format) ?? {};
  if (!mediaType || !format) throw new KitwrightError('usage', `Unknown format ${setup.format}.`);
  const ders = chain.map(({ der }) => der);
  const { timestamp } = setup;
  const timestampRoots = timestamp ? readCertificates(timestamp.root, context) : [];
  const stamp = async (signature: Uint8Array) => timestamp && requestTimestamp(timestamp.url, signature, context);
  return {
    attests: false,
    notes: timestamp ? [] : ['No timestamp authority was asked: it counts as long as its certificates are valid.'],
    own: createVerifier({ trusted: chain.slice(-1), formats: [setup.format], timestampRoots }),
    sign: async (request) => {
      if (request.statement)
        throw new KitwrightError('usage', 'notation signs kits and makes no attestations: use the signer cosign.');
      const draft = { payload: payloadBytes(request), key, algorithm, chain: ders, ...timesOf(setup.expiry) };
      return [evidenceOf(mediaType, await format.write(draft, stamp), ders)];
    },
  };
}

/** To the second, as they are written. */
function timesOf(expiry: number | undefined): Pick<EnvelopeDraft, 'signingTime' | 'expiry'> {
  const now = Math.floor(Date.now() / 1000) * 1000;
  return { signingTime: new Date(now), ...(expiry === undefined ? {} : { expiry: new Date(now + expiry) }) };
}

/** Nothing is signed that no verifier would take. */
function checkCertificates(name: string, chain: readonly Certificate[]): Algorithm {
  try {
    checkChain(chain, 'codeSigning');
    checkValidity(chain, new Date(), 'now');
  } catch (error) {
    throw keyError(name, 'is no chain of certificates for signing', error);
  }
  const algorithm = algorithmOf((chain[0] as Certificate).key);
  if (!algorithm) throw keyError(name, 'has a key that is not used');
  return algorithm;
}
