import { type Content, canClose, KitwrightError, type Target } from '@kitwright/core/plugin';
import { type TestContext, testContext } from '../context/testContext.ts';
import { benchCase, type Case, NotRun } from '../suite/Case.ts';
import { turns } from '../suite/turns.ts';
import { contentOf } from './contents.ts';
import { asMade, defaultRepository, type MakeTarget } from './MadeTarget.ts';
import { type Blob, type Kit, kitOf } from './samples.ts';

/** One target, and what cases do with it. */
export interface Bench {
  readonly target: Target;
  readonly repository: string;
  readonly otherRepository: string | undefined;
  readonly context: TestContext;
  /** Pushes a blob or manifest, and waits until a target that is late has it. */
  readonly store: (...blobs: readonly Blob[]) => Promise<void>;
  /** Stores a kit of one layer, and gives it a tag. */
  readonly storeKit: (text: string, tag?: string) => Promise<Kit>;
  /** In a target that is one file, what was pushed can be read once it was closed. */
  readonly settle: () => Promise<void>;
  /** Another instance at the same place. Throws `NotRun` if the maker cannot open one. */
  readonly reopen: (repository?: string) => Promise<Target>;
}

export type TargetCase = Case<Bench>;

/** A case for every target. */
export const targetCase: (name: string, run: (bench: Bench) => Promise<void>) => TargetCase = benchCase;

/** Makes a bench for each case. */
export function openBench(make: MakeTarget): () => Promise<Bench & AsyncDisposable> {
  return async () => {
    const context = testContext();
    const made = asMade(await make(context));
    const { target, repository = defaultRepository, otherRepository, reopen, dispose } = made;
    const settle = async () => {
      if (canClose(target)) await target.close();
    };
    const reopened: Target[] = [];
    const store = async (...blobs: readonly Blob[]) => {
      for (const { descriptor, bytes } of blobs) await target.push(descriptor, contentOf(bytes));
      await turns();
    };
    return {
      target,
      repository,
      otherRepository,
      context,
      settle,
      store,
      storeKit: async (text, tag) => {
        const kit = kitOf(text);
        await store(kit.config, kit.layer, kit.manifest);
        if (tag !== undefined) await target.tag(kit.manifest.descriptor, repository, tag);
        await settle();
        return kit;
      },
      reopen: async (name = repository) => {
        if (!reopen) throw new NotRun('the maker has no `reopen`');
        const again = await reopen(name, context.another());
        reopened.push(again);
        return again;
      },
      [Symbol.asyncDispose]: async () => {
        for (const each of [target, ...reopened]) if (canClose(each)) each.discard();
        await dispose?.();
        await context[Symbol.asyncDispose]();
      },
    };
  };
}

/** The target, if it has a power. Throws `NotRun` if not. */
export function requirePower<T>(
  target: Target,
  has: (target: object) => target is T & object,
  power: string,
): Target & T {
  if (has(target)) return target;
  throw new NotRun(`the target has no \`${power}\``);
}

/** Cases of powers: a target that has one only sometimes says `target-invalid` where it has not, and is not tested then. */
export function powerCases(cases: readonly TargetCase[]): readonly TargetCase[] {
  return cases.map(({ name, run }) => ({
    name,
    run: async (open) => {
      try {
        await run(open);
      } catch (error) {
        if (error instanceof KitwrightError && error.code === 'target-invalid') throw new NotRun(error.message);
        throw error;
      }
    },
  }));
}

/** A target that is one file changes as a whole, when it is closed. Throws `NotRun` for such a one. */
export function requireOpen(target: Target, what: string): void {
  if (canClose(target)) throw new NotRun(`the target is one file that is closed: ${what}`);
}

/** Pushes, and says how it ended. */
export async function tryPush(target: Target, { descriptor }: Blob, content: Content): Promise<unknown> {
  try {
    await target.push(descriptor, content);
    return undefined;
  } catch (error) {
    return error ?? new Error('The push rejected with nothing.');
  }
}
