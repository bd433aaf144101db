import { type Digest, goJson, KitwrightError, type Statement } from '@kitwright/core/plugin';
import type { Model, ModelEntry } from './Model.ts';
import { predicateOf, type Resource, rootOf } from './statement.ts';

/** What is signed of a directory. */
export interface ModelToSign {
  readonly name: string;
  readonly root: Digest;
  readonly statement: Statement;
}

/** Makes a bundle. */
export type SignModel = (model: ModelToSign) => Promise<Uint8Array>;

/** A signed directory. */
export interface SignedModel {
  /** The bytes of its signature. */
  readonly bundle: Uint8Array;
  readonly root: Digest;
  readonly files: number;
}

/**
 * Files that have nothing to do with a model: those of git, as in model signing, and those from which a kit is made, which
 * `unpack` writes anew.
 */
export const defaultIgnored: readonly string[] = [
  '.git',
  '.gitattributes',
  '.github',
  '.gitignore',
  '.kitignore',
  'Kitfile',
];

/**
 * Signs every file of a directory that is not ignored. Throws `file-unreadable` for links, for what is no file, for names
 * that are no UTF-8, and if there is no file.
 */
export async function signModel(model: Model, ignored: readonly string[], sign: SignModel): Promise<SignedModel> {
  const entries = model.list({ ignored, followsLinks: false });
  const files = entries.map((entry) => ({ path: nameOf(entry), offset: 0, size: entry.size }));
  if (!files.length) throw new KitwrightError('file-unreadable', 'The directory has no file that can be signed.');
  const digests = await model.hash(files);
  const resources = files.map(({ path }, i): Resource => ({ name: path, digest: digests[i] ?? '' }));
  const root = rootOf(resources);
  const bundle = await sign({ name: model.name, root, statement: predicateOf(resources, ignored) });
  return { bundle, root, files: files.length };
}

function nameOf({ path, type }: ModelEntry): string {
  if (path === undefined) throw new KitwrightError('file-unreadable', 'A name in the directory is no UTF-8.');
  if (type === 'file') return path;
  throw new KitwrightError('file-unreadable', `${path} is ${type === 'link' ? 'a link' : 'no plain file'}.`, {
    data: { path },
    hint: 'Remove it, or leave it out with --ignore-paths.',
  });
}

/** The bytes of the statement. */
export function statementBytes({ name, root, statement }: ModelToSign): Uint8Array {
  const subject = [{ name, digest: { sha256: root.slice('sha256:'.length) } }];
  return Buffer.from(goJson({ _type: 'https://in-toto.io/Statement/v1', subject, ...statement }));
}
