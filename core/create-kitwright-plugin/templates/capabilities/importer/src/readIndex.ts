import { bytePath, checkEntryName, type ImportFile, KitwrightError, parseJsonObject } from '@kitwright/core/plugin';

/** A file that the index lists. */
export interface Listed extends ImportFile {
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/** Bytes; more is no index. */
const maxIndex = 8 * 1024 * 1024;

/**
 * `{ "commit": "...", "files": [{ "path", "size", "sha256" }] }`, from a server that may be hostile. Throws
 * `remote-refused`.
 */
export async function readIndex({
  body,
}: Response): Promise<{ readonly commit: string; readonly files: readonly Listed[] }> {
  const blocks: Uint8Array[] = [];
  let size = 0;
  for await (const block of body ?? []) {
    size += block.byteLength;
    if (size > maxIndex) throw refused(`it has more than ${maxIndex} bytes`);
    blocks.push(block);
  }
  const { commit, files } = parseJsonObject(Buffer.concat(blocks), 'index.json');
  if (typeof commit !== 'string' || !/^[a-f0-9]{40}$/.test(commit)) throw refused('it names no commit');
  if (!Array.isArray(files)) throw refused('it lists no files');
  return { commit, files: files.map(listed) };
}

function listed(file: Partial<Listed> | null): Listed {
  const { path, size, sha256 } = file ?? {};
  if (typeof path !== 'string' || typeof sha256 !== 'string' || !/^[a-f0-9]{64}$/.test(sha256))
    throw refused('a file has no path or no sha256');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw refused('a file has no size');
  // Throws for whatever would leave the folder: `..`, absolute paths, names that Windows reserves.
  checkEntryName(bytePath(path));
  return { path, size, sha256 };
}

function refused(why: string): KitwrightError {
  return new KitwrightError('remote-refused', `index.json cannot be used: ${why}.`);
}
