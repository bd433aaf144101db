import { KitwrightError } from '@kitwright/core/internal';
import { loadingPlugins } from './loading/runningPlugins.ts';

/**
 * What `work` gives. If nothing is left that could end it, because a plugin never settles a promise, this rejects with
 * `plugin-failed` and names the calls under way, instead of Node's "unsettled top-level await".
 */
export async function orStuck<T>(work: Promise<T>, underWay: () => readonly string[]): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const stuck = () => reject(stuckError([...loadingPlugins(), ...underWay()]));
  process.once('beforeExit', stuck);
  try {
    return await Promise.race([work, promise]);
  } finally {
    process.off('beforeExit', stuck);
  }
}

function stuckError(calls: readonly string[]): KitwrightError {
  if (!calls.length) return new KitwrightError('internal-error', 'The command stopped before it had ended.');
  return new KitwrightError('plugin-failed', `A plugin never ended what it began: ${calls.join('; ')}.`, {
    data: { calls },
    hint: 'A promise that the plugin returned there is neither resolved nor rejected: its author can tell why.',
  });
}
