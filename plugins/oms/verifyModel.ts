import type { Digest } from '@kitwright/core/plugin';
import { type Envelope, readBundle } from './bundle.ts';
import type { Model, ModelEntry, Slice } from './Model.ts';
import { defaultIgnored } from './signModel.ts';
import { type ModelStatement, readStatement, refused } from './statement.ts';

/** Who signed. */
export interface ModelSigner {
  readonly signer: string;
  readonly notes?: readonly string[] | undefined;
}

/** Verifies that somebody who is trusted signed a bundle. Throws `signature-invalid`. */
export type VerifyBundle = (bundle: Uint8Array, envelope: Envelope, root: Digest) => Promise<ModelSigner>;

export interface VerifyOptions {
  /** The bytes of the signature. */
  readonly bundle: Uint8Array;
  readonly verify: VerifyBundle;
  /** Paths that are ignored besides those that were signed as such. */
  readonly ignored: readonly string[];
  /** Files that were not signed may be there. */
  readonly allowsUnsigned: boolean;
}

/** A directory that is what was signed. */
export interface VerifiedModel extends ModelSigner {
  readonly root: Digest;
  readonly files: number;
  /** Paths that may be anything. */
  readonly ignored: readonly string[];
}

/**
 * Verifies that a directory holds exactly what was signed. The signature comes first: nothing of the directory is read for
 * one that does not count. Throws `signature-invalid`.
 */
export async function verifyModel(model: Model, options: VerifyOptions): Promise<VerifiedModel> {
  const envelope = readBundle(options.bundle);
  const statement = readStatement(envelope.payload);
  const who = await options.verify(options.bundle, envelope, statement.root);
  const ignored = ignoredOf(statement, options.ignored);
  const entries = model.list({ ignored, followsLinks: statement.allowsLinks });
  const wanted = new Map(statement.resources.map(({ name, digest }) => [name, digest]));
  const files = entries.flatMap((entry) => fileOf(entry, options.allowsUnsigned));
  const isSigned = (slice: Slice) => wanted.has(nameOf(slice, statement.shardSize));
  const slices = files.flatMap((file) => slicesOf(file, statement.shardSize, isSigned));
  const names = slices.map((slice) => nameOf(slice, statement.shardSize));
  const found = new Set(names);
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  const signedPaths = new Set(slices.flatMap(({ path }, i) => (wanted.has(names[i] ?? '') ? [path] : [])));
  // A file is signed or not, as a whole: what was put behind the last part of one would count with it.
  const isAllowed = ({ path }: Slice) => options.allowsUnsigned && !signedPaths.has(path);
  const extra = names.filter((name, i) => !wanted.has(name) && !isAllowed(slices[i] as Slice));
  const known = slices.filter((_, i) => wanted.has(names[i] ?? ''));
  const digests = await model.hash(known);
  const changed = known.flatMap((slice, i) => {
    const name = nameOf(slice, statement.shardSize);
    return wanted.get(name) === digests[i] ? [] : [name];
  });
  refuseDifferences({ changed, missing, 'not signed': extra });
  const notes = [...(who.notes ?? []), ...notesOn(files, statement.shardSize)];
  return { ...who, notes, root: statement.root, files: new Set(known.map(({ path }) => path)).size, ignored };
}

/** Files of git and of kits are ignored too, unless they were signed. */
function ignoredOf({ resources, ignored }: ModelStatement, more: readonly string[]): readonly string[] {
  const tops = new Set(resources.map(({ name }) => name.split('/')[0]?.split(':')[0]));
  return [...new Set([...ignored, ...more, ...defaultIgnored.filter((path) => !tops.has(path))])].sort();
}

function fileOf({ path, type, size }: ModelEntry, allowsUnsigned: boolean): readonly { path: string; size: number }[] {
  if (path !== undefined && type === 'file') return [{ path, size }];
  if (allowsUnsigned) return [];
  if (path === undefined) throw refused('a name in the directory is no UTF-8');
  const what = type === 'link' ? 'a link that does not count' : 'no plain file';
  throw refused(`${JSON.stringify(path)} is ${what}`);
}

/** A signature over parts says nothing of empty files (model_signing 1.1, `_serialization/file_shard.py`): they may come or go. */
function notesOn(files: readonly { path: string; size: number }[], shardSize: number | undefined): readonly string[] {
  const empty = shardSize === undefined ? [] : files.filter(({ size }) => size === 0);
  return empty.length ? [`Empty files are not signed where parts are: ${shownOf(empty.map(({ path }) => path))}.`] : [];
}

/**
 * The parts of a file up to the first that was not signed: then it is not the file that was. So no number of large files with
 * nothing in them makes more parts than were signed.
 */
function slicesOf(
  { path, size }: { readonly path: string; readonly size: number },
  shardSize: number | undefined,
  isSigned: (slice: Slice) => boolean,
): readonly Slice[] {
  if (shardSize === undefined) return [{ path, offset: 0, size }];
  const slices: Slice[] = [];
  for (let offset = 0; offset < size; offset += shardSize) {
    const slice = { path, offset, size: Math.min(shardSize, size - offset) };
    slices.push(slice);
    if (!isSigned(slice)) break;
  }
  return slices;
}

function nameOf({ path, offset, size }: Slice, shardSize: number | undefined): string {
  return shardSize === undefined ? path : `${path}:${offset}:${offset + size}`;
}

/** Names that are shown of each kind. */
const mostShown = 5;

function refuseDifferences(differences: Readonly<Record<string, readonly string[]>>): void {
  const kinds = Object.entries(differences).filter(([, names]) => names.length);
  if (!kinds.length) return;
  const texts = kinds.map(([kind, names]) => {
    return `${kind}: ${shownOf(names)}`;
  });
  throw refused(`the directory is not what was signed (${texts.join('; ')})`);
}

function shownOf(names: readonly string[]): string {
  const shown = names.slice(0, mostShown).map((name) => JSON.stringify(name));
  return `${shown.join(', ')}${names.length > mostShown ? ` and ${names.length - mostShown} more` : ''}`;
}
