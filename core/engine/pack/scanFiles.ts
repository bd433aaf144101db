import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { type BytePath, baseOf, fsPath, joinPath, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import { readOnly } from '../files/readPlainFile.ts';
import type { Plan, PlannedLayer } from '../host/nouns.ts';
import { namesOf } from '../host/plannedTable.ts';
import type { Build } from './Build.ts';

/** Something that a scanner found, and its position. */
export interface FileFinding {
  readonly path: string;
  readonly line: number;
  readonly what: string;
}

/**
 * What scanners find in the files of these layers. Files that cannot be read are skipped: the pack itself reports them.
 * Throws `cancelled`.
 */
export async function scanFiles(
  { kitwright, options }: Build,
  { directory }: Plan,
  layers: readonly PlannedLayer[],
  signal = options.signal,
): Promise<readonly FileFinding[]> {
  const scanners = kitwright.capabilities.all('scanner');
  const findings: FileFinding[] = [];
  let since = 0;
  for (const { path, type, size, target } of layers.values().flatMap(namesOf)) {
    if (type !== 'file' || size > largest) continue;
    const name = textOf(baseOf(path));
    const wanted = scanners.filter(({ matches }) => matches(name, size));
    if (!wanted.length) continue;
    if (since++ % pauseEvery === 0) {
      await setImmediate();
      signal.throwIfAborted();
    }
    const text = readText(target ?? joinPath(directory, path), size);
    if (text === undefined) continue;
    for (const scanner of wanted)
      for (const { line, what } of scanner.scan(text)) findings.push({ path: displayPath(path), line, what });
  }
  return findings;
}

/** After this many files, other work gets a turn. */
const pauseEvery = 32;

/** Larger files (bytes) are never scanned. */
const largest = 4 * 1024 * 1024;

/** A text has no NUL in its first bytes, this many. */
const looked = 8000;

/** Most files of a kit are no text: this is all that is read of them. */
const head = Buffer.alloc(looked);

/** Undefined if the file is no text or its size changed. UTF-16 is decoded. */
function readText(path: BytePath, size: number): string | undefined {
  try {
    const fd = openSync(fsPath(path), readOnly);
    try {
      if (!fstatSync(fd).isFile()) return undefined;
      const text = decode(head.subarray(0, readSync(fd, head, 0, Math.min(size, looked), 0)));
      if (text === undefined || size <= looked) return text;
      const bytes = Buffer.alloc(size);
      return decode(bytes.subarray(0, readSync(fd, bytes, 0, size, 0)));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

function decode(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le');
  if (bytes[0] === 0xfe && bytes[1] === 0xff)
    return bytes
      .subarray(0, bytes.byteLength & ~1)
      .swap16()
      .toString('utf16le');
  return bytes.subarray(0, looked).includes(0) ? undefined : bytes.toString('latin1');
}

/** One sentence with the number and names of the findings. */
export function findingsText(findings: readonly FileFinding[], verb: string): string {
  const named = findings.slice(0, shown).map(({ path, line, what }) => `${path}:${line} (${what})`);
  const more = findings.length > shown ? ` and ${findings.length - shown} more` : '';
  const count = findings.length === 1 ? 'A secret' : `${findings.length} secrets`;
  return `${count} ${verb} packed: ${named.join(', ')}${more}.`;
}

const shown = 5;

/** Throws `secrets-found` if there are any. */
export function refuseFindings(findings: readonly FileFinding[]): void {
  const [first] = findings;
  if (!first) return;
  throw new KitwrightError('secrets-found', findingsText(findings, 'would be'), {
    data: { findings },
    source: { file: first.path, line: first.line, column: 1, text: '' },
  });
}
