import { join } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { temporaryName } from '../files/atomicWrite.ts';
import { type BytePath, bytePath, fromNative, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { LayerBytes, LayerFile, LayerType } from '../host/capabilities.ts';
import type { Recipe } from '../layers/recipe.ts';
import { createRecipeReader } from '../layers/recipeReader.ts';
import type { TakeBlock } from '../store/roles.ts';
import { createTarWriter } from '../store/tarWriter.ts';
import type { KitElement } from './kitElements.ts';

/**
 * The files of a layer of a plugin's own type as a tar in the scratch folder: from there they go the way of all layers,
 * with the same checks of names and sizes. Throws `plugin-failed`, `disk-full`.
 */
export async function asTar(
  type: LayerType,
  element: KitElement,
  recipe: Recipe,
  { scratch, signal }: { readonly scratch: string; readonly signal: AbortSignal },
): Promise<Recipe> {
  const path = join(scratch, temporaryName('layer'));
  using layer = openLayerBytes(element, recipe);
  const writer = await createTarWriter(path);
  try {
    for await (const file of type.unpack?.(layer) ?? []) {
      signal.throwIfAborted();
      await writer.add(bytesOf(file.path), file.size, (take) => sendFile(file, take), (file.mode ?? 0o644) & 0o777);
    }
  } catch (error) {
    await writer.abandon();
    throw error;
  }
  return [{ kind: 'file', path: fromNative(path), offset: 0, size: await writer.finish() }];
}

async function sendFile({ path, size, bytes }: LayerFile, take: TakeBlock): Promise<void> {
  let sent = 0;
  for await (const block of bytes) {
    sent += block.byteLength;
    if (sent > size) break;
    await take(block);
  }
  if (sent !== size)
    throw new KitwrightError(
      'plugin-failed',
      `A layer type gives ${sent} bytes of ${displayPath(textOf(bytesOf(path)))} and said ${size}.`,
    );
}

function bytesOf(path: LayerFile['path']): BytePath {
  return typeof path === 'string' ? bytePath(path) : Buffer.from(path).toString('latin1');
}

/** The most that is read into memory at once, in bytes. */
const maxRead = 64 * 1024 * 1024;

/** A layer as its type reads it. */
export function openLayerBytes({ path, descriptor }: KitElement, recipe: Recipe): LayerBytes & Disposable {
  const reader = createRecipeReader(recipe);
  return {
    path,
    mediaType: descriptor.mediaType,
    annotations: descriptor.annotations ?? {},
    size: reader.size,
    read: async (start, end) => {
      if (end - start > maxRead) throw new RangeError(`at most ${maxRead} bytes can be read at once`);
      return reader.readAt(start, Math.min(end, reader.size) - start);
    },
    [Symbol.dispose]: () => reader[Symbol.dispose](),
  };
}
