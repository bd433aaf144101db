import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import {
  atomicWrite,
  isDigest,
  KitwrightError,
  leadsOut,
  parseJsonObject,
  readPlainFile,
  systemError,
} from '@kitwright/core/internal';

export const pinsFile = 'kit-lock.json';

/** What a name meant when it was pinned. */
export interface Pin {
  readonly digest: string;
  /** Who had signed it, as verifiers name them. */
  readonly signers: readonly string[];
  /** Digests that it had before, the newest first: a tag that moves back is noticed. */
  readonly previous: readonly string[];
}

/** Names to pins; a name is `registry/repository:tag`, or `word:location:tag`. */
export type Pins = Readonly<Record<string, Pin>>;

/** Bytes. */
const limit = 4 * 1024 * 1024;

/** Digests that are remembered of one name. */
export const remembered = 20;

/** The pins of the current directory; empty without the file. Throws `config-invalid`. */
export function readPins(): Pins {
  // Not by a path from the root: whoever owns a directory above could put another one, without pins, in its place.
  if (!existsSync(pinsFile)) return {};
  const { version, kits } = objectOf(pinsFile);
  const entries = version === 1 && isObject(kits) ? Object.entries(kits) : undefined;
  const pins = entries?.map(([name, pin]) => [name, pinOf(pin)] as const);
  if (pins?.every(([, pin]) => pin)) return Object.fromEntries(pins) as Pins;
  throw new KitwrightError('config-invalid', `${pinsFile} is not one that "kitwright pin" wrote.`, {
    source: { file: resolve(pinsFile) },
    hint: 'Restore it, or remove it and pin again: until then no kit is taken here.',
  });
}

function objectOf(path: string): Readonly<Record<string, unknown>> {
  try {
    return parseJsonObject(readPlainFile(path, limit), pinsFile) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw new KitwrightError('config-invalid', `${pinsFile} cannot be read as JSON.`, {
      source: { file: resolve(path) },
      // The parser quotes the text, which may be that of any file of the machine.
      ...(leadsOut(path, dirname(path)) ? {} : { cause }),
    });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pinOf(value: unknown): Pin | undefined {
  if (!isObject(value)) return undefined;
  const { digest, signers = [], previous = [] } = value;
  const isText = (list: unknown): list is readonly string[] =>
    Array.isArray(list) && list.every((each) => typeof each === 'string');
  if (typeof digest !== 'string' || !isDigest(digest) || !isText(signers) || !isText(previous)) return undefined;
  return { digest, signers, previous };
}

/** Names are sorted, so that the file changes only where a pin does. */
export function writePins(pins: Pins): void {
  const kits = Object.fromEntries(Object.entries(pins).sort(([a], [b]) => (a < b ? -1 : 1)));
  try {
    atomicWrite(pinsFile, `${JSON.stringify({ version: 1, kits }, undefined, 2)}\n`);
  } catch (error) {
    throw systemError(error, 'file-unreadable', 'write', resolve(pinsFile));
  }
}
