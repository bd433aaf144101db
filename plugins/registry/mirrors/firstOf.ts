import type { Repository } from '../Repository.ts';
import type { Source } from './createSources.ts';

/** What the first host has that has it; a host that fails is passed over, the last one's failure is thrown. */
export async function firstOf<T>(
  sources: readonly Source[],
  ask: (repository: Repository) => Promise<T | undefined>,
): Promise<T | undefined> {
  for (const { repository, isOut, failed } of sources) {
    if (isOut()) continue;
    try {
      const found = await ask(repository);
      if (found !== undefined) return found;
    } catch (error) {
      failed(error);
    }
  }
  return undefined;
}

/** The list of the first host that gives one. */
export async function* listOfFirst<T>(
  sources: readonly Source[],
  list: (repository: Repository) => AsyncIterable<T>,
): AsyncGenerator<T> {
  for (const { repository, isOut, failed } of sources) {
    if (isOut()) continue;
    let begun = false;
    try {
      for await (const entry of list(repository)) {
        begun = true;
        yield entry;
      }
      return;
    } catch (error) {
      if (begun) throw error;
      failed(error);
    }
  }
}
