import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { systemError } from '../errors/systemError.ts';
import { fromNative } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { Recipe } from '../layers/recipe.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { annotationNames } from '../oci/mediaTypes.ts';
import { contentOfRecipe } from '../store/contentOf.ts';
import { digestOfRecipe } from '../store/readRecipe.ts';
import { type ArtifactBlob, storeArtifact } from '../store/referrers/storeArtifact.ts';
import type { Target } from '../store/roles.ts';

/** A file that is attached. */
export interface AttachedFile {
  readonly path: string;
  readonly mediaType: string;
}

/** What is attached to a manifest. */
export interface Attachment {
  readonly artifactType: string;
  readonly files: readonly AttachedFile[];
  readonly annotations: Readonly<Record<string, string>>;
}

/**
 * Attaches files to a manifest that is in the target: an artifact whose subject it is, blobs first. The same files and
 * annotations give the same artifact. Throws `usage` for two files of one name, `file-unreadable`, and what the target
 * throws.
 */
export async function attachFiles(
  target: Target,
  repository: string,
  subject: Descriptor,
  { artifactType, files, annotations }: Attachment,
): Promise<Descriptor> {
  const blobs = await Promise.all(files.map(blobOf));
  refuseEqualNames(blobs.map(({ descriptor }) => descriptor.annotations?.[annotationNames.title]));
  return storeArtifact(target, repository, subject, { artifactType, blobs, annotations });
}

async function blobOf({ path, mediaType }: AttachedFile): Promise<ArtifactBlob> {
  const recipe = recipeOf(path);
  try {
    const digest = await digestOfRecipe(recipe);
    const annotations = { [annotationNames.title]: basename(path) };
    const size = recipe.reduce((sum, piece) => sum + (piece.kind === 'file' ? piece.size : 0), 0);
    return { descriptor: { mediaType, digest, size, annotations }, content: contentOfRecipe(recipe) };
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'read', path);
  }
}

function recipeOf(path: string): Recipe {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isFile()) return [{ kind: 'file', path: fromNative(path), offset: 0, size: stats.size }];
  const shown = displayPath(fromNative(path));
  throw new KitwrightError('file-unreadable', `${shown} ${stats ? 'is no plain file' : 'does not exist'}.`, {
    data: { path: shown },
    hint: 'Name a file, with its media type after a colon if it should have one: sbom.json:application/spdx+json.',
  });
}

/** Each file is unpacked under its title. */
function refuseEqualNames(names: readonly (string | undefined)[]): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined)
    throw new KitwrightError('usage', `Two files are called ${JSON.stringify(twice)}: attach them separately.`);
}
