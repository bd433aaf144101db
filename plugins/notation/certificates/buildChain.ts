import type { Certificate } from './Certificate.ts';

/**
 * The chain from a certificate to one that signed itself, as far as it goes: over roots before others. Undefined if no root
 * is in it.
 */
export function buildChain(
  signer: Certificate,
  others: readonly Certificate[],
  roots: readonly Certificate[],
): readonly Certificate[] | undefined {
  const known = [...roots, ...others];
  const chain: Certificate[] = [];
  let last: Certificate | undefined = signer;
  while (last && !chain.some(({ der }) => isSame(der, last as Certificate))) {
    const { issuer, isSignedBy }: Certificate = last;
    chain.push(last);
    last = known.find(({ subject, key }) => subject.equals(issuer) && isSignedBy(key));
  }
  return chain.some(({ der }) => roots.some((root) => isSame(der, root))) ? chain : undefined;
}

function isSame(der: Uint8Array, other: Certificate): boolean {
  return Buffer.compare(der, other.der) === 0;
}
