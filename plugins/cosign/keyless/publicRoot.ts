import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, type OpenContext } from '@kitwright/core/plugin';
import seeds from '@sigstore/tuf/seeds.json' with { type: 'json' };
import { refreshedTarget, type TufRepository } from './refreshedTarget.ts';
import { parseTrustedRoot, type TrustedRoot } from './trustedRoot.ts';

const mirror = 'https://tuf-repo-cdn.sigstore.dev';
const target = 'trusted_root.json';
const name = 'of sigstore.dev';

const repository = (): TufRepository => ({ mirror, root: Buffer.from(seeds[mirror]['root.json'], 'base64') });

/**
 * The trusted root of sigstore.dev as it is now. If it cannot be had, the last one that was, else that of this version,
 * and a warning: who cuts the network can hold back what has changed.
 */
export async function publicRoot(context: OpenContext, from: TufRepository = repository()): Promise<TrustedRoot> {
  const folder = join(context.home, 'sigstore-root');
  try {
    return parseTrustedRoot(await refreshedTarget(from, target, folder, context), name);
  } catch (error) {
    context.signal.throwIfAborted();
    const kept = join(folder, 'targets', target);
    const which = existsSync(kept) ? 'the last one' : 'that of this version';
    context.logger.warn(`The trusted root ${name} could not be refreshed, so ${which} is used: ${messageOf(error)}`);
    return existsSync(kept) ? parseTrustedRoot(readFileSync(kept), name) : publicSeed();
  }
}

/** The trusted root of sigstore.dev as this version has it; nobody is asked. */
export function publicSeed(): TrustedRoot {
  return parseTrustedRoot(Buffer.from(seeds[mirror].targets[target], 'base64'), name);
}
