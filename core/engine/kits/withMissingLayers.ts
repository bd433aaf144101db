import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { Reference } from '../oci/reference.ts';
import { contentOf } from '../store/contentOf.ts';
import { canLocate, type Reader, type ReadTarget } from '../store/roles.ts';
import { fetchFrom } from '../store/streamOf.ts';
import type { LoadedKit, TargetSource } from './loadKit.ts';

/**
 * The same kit; layers that its store lacks are read from the next source that has them. The store keeps no bytes of a
 * layer whose files it only refers to, and those may be gone. `from` is the kit that refers to this one.
 */
export function withMissingLayers(
  kit: LoadedKit,
  reference: Reference,
  sources: readonly TargetSource[],
  from?: Reference,
): LoadedKit {
  const { target } = kit;
  if (!canLocate(target)) return kit;
  const holders = new Map<Digest, Promise<ReadTarget>>();
  const holderOf = (descriptor: Descriptor) => {
    const holder = holders.get(descriptor.digest) ?? findHolder(descriptor, target, reference, sources, from);
    holders.set(descriptor.digest, holder);
    return holder;
  };
  const read: Reader['read'] = async (descriptor, range, take) =>
    contentOf(descriptor, await holderOf(descriptor)).read(range, take);
  const filled: ReadTarget & Reader = { ...target, read, fetch: fetchFrom(read) };
  return { ...kit, target: filled };
}

async function findHolder(
  descriptor: Descriptor,
  own: ReadTarget,
  reference: Reference,
  sources: readonly TargetSource[],
  from: Reference | undefined,
): Promise<ReadTarget> {
  if (await own.exists(descriptor)) return own;
  for (const source of sources) {
    const target = typeof source === 'function' ? source(reference, from) : source;
    if (target && (await target.exists(descriptor))) return target;
  }
  return own;
}
