import { createHash } from 'node:crypto';
import type { Kitwright } from '../host/createKitwright.ts';
import { pieceSize, type Recipe, recipeSize } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { contentOfRecipe } from '../store/contentOf.ts';
import { isLarge } from '../store/fetchInParts.ts';
import { observeContent } from '../store/observeContent.ts';
import { canMount, type EarlyPusher, type EarlyUpload, type Target } from '../store/roles.ts';

/** Uploads layers to a target while they are hashed. */
export interface EarlyPush {
  /** Undefined if the layer should be uploaded afterwards. `id` is the layer's id in events. */
  readonly begin: (recipe: Recipe, id: string) => EarlyLayer | undefined;
  /**
   * Waits until all uploads ended, successful or not, and returns what was uploaded. The push that follows uploads the
   * rest.
   */
  readonly settled: () => Promise<Sent>;
}

/** A layer that is uploaded while it is hashed. */
export interface EarlyLayer {
  /** Called when it was hashed; undefined if it could not be. */
  readonly known: (descriptor: Descriptor | undefined) => void;
}

/** Number of layers, and their bytes. */
export interface Sent {
  readonly copied: number;
  readonly bytes: number;
}

/**
 * Uploads large layers to `target` while the pool hashes them, so that hash and upload take the time of the slower one.
 * Nothing is uploaded if a plugin may still refuse the push (`beforePush`). `limit` is the number of parallel uploads.
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
    // The push that follows meets and reports the same failure.
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

/** Identifies the bytes of a recipe by their sources. */
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

/** Ends the upload early if the target has the blob already, or can mount it. Was it uploaded? */
async function settle(target: Target, upload: EarlyUpload, descriptor: Descriptor | undefined): Promise<boolean> {
  const isNeeded =
    descriptor && !(await target.exists(descriptor)) && !(canMount(target) && (await target.mount(descriptor, target)));
  if (isNeeded) await upload.finish(descriptor);
  else await upload.abandon();
  return isNeeded === true;
}
