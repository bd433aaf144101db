import { createHash } from 'node:crypto';
import type { Kitwright } from '../host/createKitwright.ts';
import { pieceSize, type Recipe, recipeSize } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { contentOfRecipe } from '../store/contentOf.ts';
import { isLarge } from '../store/fetchInParts.ts';
import { observeContent } from '../store/observeContent.ts';
import { canMount, type EarlyPusher, type EarlyUpload, type Target } from '../store/roles.ts';

/** Sends layers to a target while they are hashed. */
export interface EarlyPush {
  /** Undefined where the layer is better sent afterwards. `id` is the layer's in events. */
  readonly begin: (recipe: Recipe, id: string) => EarlyLayer | undefined;
  /** All that has begun has ended, well or not: the push that follows sends what is not there. Gives what was sent. */
  readonly settled: () => Promise<Sent>;
}

/** A layer that is sent while it is hashed. */
export interface EarlyLayer {
  /** It was hashed; undefined: it could not be. */
  readonly known: (descriptor: Descriptor | undefined) => void;
}

/** Layers, and their bytes. */
export interface Sent {
  readonly copied: number;
  readonly bytes: number;
}

/**
 * Sends large layers to `target` while the pool hashes them: a layer goes out in the time that its hash takes, or the
 * other way round. Nothing is sent where a plugin may still refuse the push (`beforePush`). `limit` is how many are on
 * their way at the same time.
 */
export function createEarlyPush(kitwright: Kitwright, target: Target & EarlyPusher, limit: number): EarlyPush {
  const running = new Set<Promise<void>>();
  let sent: Sent = { copied: 0, bytes: 0 };
  const begin: EarlyPush['begin'] = (recipe, id) => {
    const size = recipeSize(recipe);
    if (!isLarge({ size }) || running.size >= limit || kitwright.checksPushes()) return undefined;
    const layer = `${id}, sent`;
    let done = 0;
    const content = observeContent(contentOfRecipe(recipe), (bytes) => {
      done = Math.min(done + bytes, size);
      kitwright.event({ type: 'copy-progress', layer, done, bytes: size });
    });
    const upload = target.pushEarly(size, keyOf(recipe), content);
    if (!upload) return undefined;
    kitwright.event({ type: 'copy-start', layer, path: '', bytes: size });
    const { promise, resolve } = Promise.withResolvers<Descriptor | undefined>();
    // What goes wrong here is found, and told, by the push that follows.
    const work = promise
      .then((descriptor) => settle(target, upload, descriptor))
      .catch(() => false)
      .then((isSent) => {
        if (isSent) sent = { copied: sent.copied + 1, bytes: sent.bytes + size };
        running.delete(work);
        kitwright.event({ type: 'copy-done', layer, bytes: size, outcome: isSent ? 'copied' : 'exists' });
      });
    running.add(work);
    return { known: resolve };
  };
  return {
    begin,
    settled: async () => {
      await Promise.all(running);
      return sent;
    },
  };
}

/** Names the bytes of a recipe by where they come from. */
function keyOf(recipe: Recipe): string {
  const hash = createHash('sha256');
  for (const piece of recipe) {
    if (piece.kind === 'inline') hash.update(piece.bytes);
    else {
      const { dev = 0n, ino = 0n, mtimeNs = 0n, ctimeNs = 0n } = piece.fingerprint ?? {};
      hash.update([piece.path, piece.offset, pieceSize(piece), dev, ino, mtimeNs, ctimeNs].join('\0'));
    }
  }
  return `recipe:${hash.digest('hex')}`;
}

/** What is there already, or in another repository, need not be sent to its end. Was it sent? */
async function settle(target: Target, upload: EarlyUpload, descriptor: Descriptor | undefined): Promise<boolean> {
  const isNeeded =
    descriptor && !(await target.exists(descriptor)) && !(canMount(target) && (await target.mount(descriptor, target)));
  if (isNeeded) await upload.finish(descriptor);
  else await upload.abandon();
  return isNeeded === true;
}
