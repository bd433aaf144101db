import { createHash } from 'node:crypto';
import {
  type Digest,
  isDigest,
  isObject,
  type JsonObject,
  KitwrightError,
  type Statement,
  strictJson,
} from '@kitwright/core/plugin';

/** OpenSSF Model Signing 1.0, "Signature Format". */
export const predicateType = 'https://model_signing/signature/v1.0';

/** One signed file, or a part of one. */
export interface Resource {
  readonly name: string;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** How a directory became resources. */
export interface Serialization {
  /** Bytes of each part of a file; undefined where files are hashed whole. */
  readonly shardSize?: number | undefined;
  readonly allowsLinks: boolean;
  readonly ignored: readonly string[];
}

/** What a signature says of a directory. */
export interface ModelStatement extends Serialization {
  readonly resources: readonly Resource[];
}

/** The digest that stands for all resources: of their digests, one after the other. */
export function rootOf(resources: readonly Resource[]): Digest {
  const hash = createHash('sha256');
  for (const { digest } of resources) hash.update(Buffer.from(digest, 'hex'));
  return `sha256:${hash.digest('hex')}` as Digest;
}

/** The predicate for files that are hashed whole. */
export function predicateOf(resources: readonly Resource[], ignored: readonly string[]): Statement {
  const list = resources.map(({ name, digest }) => ({ name, digest, algorithm: 'sha256' }));
  const serialization = { method: 'files', hash_type: 'sha256', allow_symlinks: false, ignore_paths: [...ignored] };
  return { predicateType, predicate: { resources: list, serialization } };
}

/** The statement in a signature, and the digest that it is about. Throws `signature-invalid`. */
export function readStatement(bytes: Uint8Array): ModelStatement & { readonly root: Digest } {
  const { _type: type, predicateType: kind, predicate, subject } = parse(bytes);
  if (type !== 'https://in-toto.io/Statement/v1') throw refused('it is no statement of in-toto');
  if (kind !== predicateType) throw refused(`its predicate type is ${shown(kind)}, not ${predicateType}`);
  if (!isObject(predicate)) throw refused('its statement has no predicate');
  const { serialization, resources } = predicate;
  if (!isObject(serialization)) throw refused('it does not say how it was made');
  const read = serializationIn(serialization);
  const found = resourcesIn(resources, read.shardSize);
  const root = rootOf(found);
  if (subjectIn(subject) !== root) throw refused('its digest is not that of its files');
  return { ...read, resources: found, root };
}

function parse(bytes: Uint8Array): JsonObject {
  try {
    return strictJson(bytes, 'statement');
  } catch (error) {
    throw refused('its statement cannot be read', error);
  }
}

function subjectIn(list: unknown): Digest {
  const [subject, ...others] = Array.isArray(list) ? (list as readonly unknown[]) : [];
  const digest = isObject(subject) && isObject(subject['digest']) ? subject['digest']['sha256'] : undefined;
  const name = typeof digest === 'string' ? `sha256:${digest}` : '';
  if (others.length || !isDigest(name)) throw refused('its statement has not exactly one subject');
  return name;
}

function serializationIn(given: JsonObject): Serialization {
  const { method, hash_type: hash, allow_symlinks: links, ignore_paths: ignored = [], shard_size: size } = given;
  if (method !== 'files' && method !== 'shards') throw refused(`its method is ${shown(method)}`);
  if (hash !== 'sha256') throw refused(`its hash is ${shown(hash)}; only sha256 is read here`);
  if (typeof links !== 'boolean') throw refused('it does not say what becomes of links');
  if (!Array.isArray(ignored) || !ignored.every((path) => typeof path === 'string'))
    throw refused('its ignored paths are no texts');
  const shardSize = method === 'shards' ? size : undefined;
  if (method === 'shards' && !(Number.isSafeInteger(shardSize) && (shardSize as number) > 0))
    throw refused('its parts have no size');
  return { shardSize: shardSize as number | undefined, allowsLinks: links, ignored };
}

const hex = /^[0-9a-f]{64}$/;

function resourcesIn(list: unknown, shardSize: number | undefined): readonly Resource[] {
  if (!Array.isArray(list) || !list.length) throw refused('it names no file');
  const algorithm = shardSize === undefined ? 'sha256' : `sha256-sharded-${shardSize}`;
  const names = new Set<string>();
  return list.map((each: unknown) => {
    const { name, digest, algorithm: own } = isObject(each) ? each : {};
    if (typeof name !== 'string' || !isPath(name)) throw refused(`${JSON.stringify(name)} is no name of a file`);
    if (own !== algorithm && own !== 'sha256') throw refused(`its hash of ${JSON.stringify(name)} is no ${algorithm}`);
    if (typeof digest !== 'string' || !hex.test(digest)) throw refused(`its hash of ${JSON.stringify(name)} is none`);
    if (names.has(name)) throw refused(`it names ${JSON.stringify(name)} twice`);
    names.add(name);
    return { name, digest };
  });
}

/** Below the directory, in one form. */
function isPath(name: string): boolean {
  return !name.includes('\0') && name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** A signature that proves nothing. `why` is a clause. */
export function refused(why: string, cause?: unknown): KitwrightError {
  const because = cause === undefined ? {} : { cause };
  const hint =
    'Is this the directory, and the key, of whoever signed it? --ignore-paths leaves out what is not part of it.';
  return new KitwrightError('signature-invalid', `The signature does not count: ${why}.`, { hint, ...because });
}

/** A number too large for JSON.stringify may stand in the place of a text. */
function shown(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : `a value of type ${typeof value}`;
}
