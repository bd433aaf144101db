import { closeSync, constants, openSync, readSync } from 'node:fs';
import {
  displayPath,
  fsPath,
  joinPath,
  KitwrightError,
  type LayerType,
  type PlanFile,
  readZipDirectory,
} from '@kitwright/core/plugin';
import { raw } from './raw.ts';

/** MCP bundles: raw, never compressed. */
export const mcpb: LayerType = {
  ...raw,
  id: 'mcpb',
  compressible: false,
  collect: (tree) => {
    const contents = raw.collect(tree);
    for (const file of contents.files) checkBundle(file, tree.directory);
    return contents;
  },
};

/** Neither follows a link that came after the scan, nor waits for the writer of a pipe. Windows has neither flag. */
const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A bundle is a ZIP with `manifest.json` at its root; it is stored as it is. */
function checkBundle(file: PlanFile, directory: string): void {
  const path = file.target ?? joinPath(directory, file.path);
  const fd = openSync(fsPath(path), flags);
  try {
    const directory = readZipDirectory(file.fingerprint.size, (offset, length) => {
      const bytes = Buffer.alloc(length);
      readSync(fd, bytes, 0, length, offset);
      return bytes;
    });
    if (!directory) throw refuse(displayPath(file.path), 'is no ZIP archive');
    if (!directory.entries.some(({ name }) => name === 'manifest.json'))
      throw refuse(displayPath(file.path), 'has no manifest.json at its root');
  } finally {
    closeSync(fd);
  }
}

function refuse(path: string, why: string): KitwrightError {
  return new KitwrightError('layer-path-refused', `The MCP bundle ${path} ${why}.`, { data: { path } });
}
