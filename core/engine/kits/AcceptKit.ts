import type { Descriptor } from '../oci/descriptor.ts';
import { isDigest } from '../oci/digest.ts';
import { type Reference, repositoryOf } from '../oci/reference.ts';
import type { ReadTarget } from '../store/roles.ts';
import type { TargetSource } from './loadKit.ts';

/** A kit that is about to be used, or to get a name somewhere. */
export interface OfferedKit {
  /** `registry/repository`, or `word:location` at a target of a plugin: without tags. */
  readonly place: string;
  /** The tag or digest by which it was asked for; undefined if it gets no name. */
  readonly reference: string | undefined;
  readonly target: ReadTarget;
  /** For the `resolve` of the target. */
  readonly repository: string;
  readonly root: Descriptor;
  /** The place of the kit that refers to this one by a tag: whoever may write there moves it. */
  readonly child?: string | undefined;
  /** An index that was accepted names its digest: only what its own name may mean is in question. False by default. */
  readonly isVouched?: boolean;
}

/** Rejects to refuse a kit; nothing of it is used then. */
export type AcceptKit = (kit: OfferedKit) => Promise<void>;

/** The same source, whose kits are accepted before anybody gets them. */
export function acceptingSource(source: TargetSource, accept: AcceptKit): TargetSource {
  if (typeof source !== 'function') return (_, from) => accepting(source, accept, { from });
  return (reference, from) => {
    const target = source(reference, from);
    return target && accepting(target, accept, { place: repositoryOf(reference), from });
  };
}

interface Asked {
  readonly place?: string;
  readonly from: Reference | undefined;
}

/** The digest that was accepted is the one that is given: what the name means later does not matter. */
function accepting(target: ReadTarget, accept: AcceptKit, { place, from }: Asked): ReadTarget {
  return {
    ...target,
    resolve: async (repository, reference) => {
      const root = await target.resolve(repository, reference);
      const child = from && !isDigest(reference) ? repositoryOf(from) : undefined;
      if (root) await accept({ place: place ?? repository, reference, target, repository, root, child });
      return root;
    },
  };
}
