import type { Target } from '@kitwright/core/plugin';
import type { TestContext } from '../../context/testContext.ts';
import { defaultRepository, type MakeTarget } from '../../target/MadeTarget.ts';
import { targetCases } from '../../target/testTarget.ts';
import type { Wrong } from '../testWrong.ts';
import { createMemoryPowers, type Powers } from './createMemoryPowers.ts';
import { createMemoryTarget } from './createMemoryTarget.ts';
import { createPlace, type Shelf } from './Shelf.ts';

export type MemoryTarget = ReturnType<typeof createMemoryTarget> & Powers;

/** What an error is made of. */
export interface Spoiling {
  readonly right: MemoryTarget;
  readonly shelf: Shelf;
  readonly place: (repository: string) => Shelf;
  readonly context: TestContext;
}

/** What a wrong target does in another way. */
export type Spoil = (given: Spoiling) => Partial<MemoryTarget>;

/** The right target in memory, with one error, and the cases that must fail for it: those, and no others. */
export function wrongMemory(does: string, fails: readonly string[], spoil: Spoil): Wrong<MakeTarget> {
  return { does, fails, make: inMemory(spoil) };
}

/** Makes the right target, spoiled. */
export function inMemory(spoil: Spoil): MakeTarget {
  return (context) => {
    const { signal } = context;
    const place = createPlace();
    const open = (repository: string, until: AbortSignal): Target => {
      const shelf = place(repository);
      const target = createMemoryTarget(place, repository, until);
      const right = { ...target, ...createMemoryPowers(target, shelf) };
      return { ...right, ...spoil({ right, shelf, place, context }) };
    };
    const repository = defaultRepository;
    return {
      target: open(repository, signal),
      repository,
      otherRepository: `${repository}-other`,
      reopen: (name, another) => open(name, another.signal),
    };
  };
}

/** Cases that say nothing of a target in memory: no server can be made to fail, and it is no file that is closed. */
export const notInMemory: readonly string[] = targetCases
  .map(({ name }) => name)
  .filter((name) => /^(?:close|faults|secrets):/.test(name));
