import type { Descriptor } from '@kitwright/core/plugin';

/** One repository in memory: what the right target keeps, and wrong ones spoil. */
export interface Shelf {
  readonly blobs: Map<string, Kept>;
  readonly tags: Map<string, Descriptor>;
  /** Manifests that `dropReferrer` took out of the list. */
  readonly dropped: Set<string>;
}

export interface Kept {
  readonly descriptor: Descriptor;
  readonly bytes: Buffer;
}

/** The repositories of one place, made when they are asked for. */
export function createPlace(): (repository: string) => Shelf {
  const shelves = new Map<string, Shelf>();
  return (repository) => {
    const shelf = shelves.get(repository) ?? { blobs: new Map(), tags: new Map(), dropped: new Set() };
    shelves.set(repository, shelf);
    return shelf;
  };
}
