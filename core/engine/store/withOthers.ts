import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { contentOf } from './contentOf.ts';
import { canLocate, type Reader, type ReadTarget } from './roles.ts';
import { fetchFrom } from './streamOf.ts';

/**
 * The same target; what a store lacks is read from the first of the others that has it. A store keeps no bytes of a layer
 * whose files it only refers to, and those may be gone.
 */
export function withOthers(own: ReadTarget, others: () => Iterable<ReadTarget>): ReadTarget {
  if (!canLocate(own)) return own;
  const holders = new Map<Digest, Promise<ReadTarget>>();
  const holderOf = (descriptor: Descriptor) => {
    const holder = holders.get(descriptor.digest) ?? findHolder(descriptor, own, others);
    holders.set(descriptor.digest, holder);
    return holder;
  };
  const read: Reader['read'] = async (descriptor, range, take) =>
    contentOf(descriptor, await holderOf(descriptor)).read(range, take);
  const filled: ReadTarget & Reader = { ...own, read, fetch: fetchFrom(read) };
  return filled;
}

async function findHolder(
  descriptor: Descriptor,
  own: ReadTarget,
  others: () => Iterable<ReadTarget>,
): Promise<ReadTarget> {
  if (await own.exists(descriptor)) return own;
  for (const target of others()) if (await target.exists(descriptor)) return target;
  return own;
}
