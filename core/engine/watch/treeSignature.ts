import { createHash } from 'node:crypto';
import { type BigIntStats, statSync } from 'node:fs';
import { readIgnoreRules } from '../build/ignoreRules.ts';
import { type BytePath, fromNative, joinPath, parentsOf } from '../files/bytePath.ts';
import { type Fingerprint, readFingerprint } from '../files/fingerprint.ts';
import { typeOf, type WalkEntry, walk } from '../files/walk.ts';

/** What a plan was made of. */
export interface TreeRequest {
  /** Absolute native path of the packed directory. */
  readonly context: string;
  /** Clean paths of the layers. */
  readonly paths: readonly string[];
  /** Absolute native paths of files that steer the plan: Kitfile, .kitignore. */
  readonly files: readonly string[];
  /** Absolute path of the store, which is never part of a kit. */
  readonly storeRoot: string;
}

export interface TreeSignature {
  /** Equal if nothing changed; undefined where that cannot be told from here. */
  readonly signature: string | undefined;
  /** What it took, in ms. */
  readonly elapsed: number;
}

/** A link may lead to what is not walked. */
const linked = Symbol('linked');

/** Numbers of one entry: dev, ino, size, mtime and ctime in ns, mode. */
const fields = 6;
const entriesPerUpdate = 512;

/** Hashes names and fingerprints, many at a time. */
const createDigest = () => {
  const hash = createHash('sha256');
  const numbers = new BigInt64Array(fields * entriesPerUpdate);
  let names: string[] = [];
  const flush = () => {
    // No name has a NUL byte in it.
    hash.update(`${names.join('\0')}\0\0`, 'latin1');
    hash.update(new Uint8Array(numbers.buffer, 0, names.length * fields * 8));
    names = [];
  };
  return {
    add: (name: BytePath, print: Fingerprint): void => {
      const at = names.length * fields;
      numbers[at] = print.dev;
      numbers[at + 1] = print.ino;
      numbers[at + 2] = BigInt(print.size);
      numbers[at + 3] = print.mtimeNs;
      numbers[at + 4] = print.ctimeNs;
      numbers[at + 5] = BigInt(print.mode);
      names.push(name);
      if (names.length === entriesPerUpdate) flush();
    },
    text: (text: string): void => void hash.update(`${text}\0`),
    end: (): string => {
      flush();
      return hash.digest('base64');
    },
  };
};

type Digest = ReturnType<typeof createDigest>;

const statText = (path: string): string => {
  const stats: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats ? `${stats.dev} ${stats.ino} ${stats.size} ${stats.mtimeNs} ${stats.ctimeNs}` : '-';
};

const addTree = (digest: Digest, request: TreeRequest): void => {
  const context = fromNative(request.context);
  const storeRoot = fromNative(request.storeRoot);
  const rules = readIgnoreRules(request.context);
  const visit = ({ path, type, print }: WalkEntry): 'skip' | undefined => {
    if (type === 'link') throw linked;
    const isLeftOut = joinPath(context, path) === storeRoot || (!rules.hasExceptions && rules.ignores(path));
    if (type === 'directory' && isLeftOut) return 'skip';
    digest.add(path, print);
    return undefined;
  };
  const addPath = (path: BytePath): void => {
    const print = readFingerprint(joinPath(context, path));
    if (!print) digest.text(`no ${path}`);
    else if (visit({ path, type: typeOf(print.mode), print }) !== 'skip' && typeOf(print.mode) === 'directory')
      walk(context, visit, path === '.' ? '' : path);
  };
  const addParent = (path: BytePath): void => {
    const print = readFingerprint(joinPath(context, path));
    if (print) visit({ path, type: typeOf(print.mode), print });
  };
  for (const path of request.paths) {
    for (const parent of parentsOf(path)) addParent(parent);
    addPath(path);
  }
};

/**
 * The stat data of everything that a plan was made of, as one hash: it costs no memory, and an idle watch compares nothing else.
 * What fails is undefined: the plan that is then made says why.
 */
export const treeSignature = (request: TreeRequest): TreeSignature => {
  const started = performance.now();
  const since = () => performance.now() - started;
  try {
    const digest = createDigest();
    for (const path of [request.context, ...request.files]) digest.text(statText(path));
    addTree(digest, request);
    return { signature: digest.end(), elapsed: since() };
  } catch {
    return { signature: undefined, elapsed: since() };
  }
};
