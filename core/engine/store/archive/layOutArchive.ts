import { bytePath } from '../../files/bytePath.ts';
import { paddingOf, tarEnd, tarHeader } from '../../layers/tarHeader.ts';
import { type Descriptor, descriptorOf } from '../../oci/descriptor.ts';
import { hexOf } from '../../oci/digest.ts';
import { contentOfBytes } from '../contentOf.ts';
import { layoutMarker, ociIndexText } from '../ociIndex.ts';
import type { Content } from '../roles.ts';
import { type ArchiveContents, sortedContents } from './ArchiveContents.ts';

/** One file of an archive. */
export interface ArchiveFile {
  readonly descriptor: Descriptor;
  readonly header: Buffer;
  /** Where its header starts in the archive, in bytes. */
  readonly start: number;
  readonly content: Content;
}

/** Where everything in an archive lies; `size` is in bytes, with the end of the tar. */
export interface ArchiveLayout {
  readonly files: readonly ArchiveFile[];
  readonly size: number;
}

/** `oci-layout` and `index.json` come first: whoever reads the archive as a stream knows what will follow. */
export function layOutArchive(contents: ArchiveContents): ArchiveLayout {
  const { index, blobs } = sortedContents(contents);
  const files: ArchiveFile[] = [];
  let start = 0;
  const add = (path: string, descriptor: Descriptor, content: Content) => {
    const header = tarHeader({ path: bytePath(path), type: 'file', mode: 0o644, size: descriptor.size });
    files.push({ descriptor, header, start, content });
    start += header.byteLength + descriptor.size + paddingOf(descriptor.size);
  };
  const addText = (path: string, text: string) => {
    const bytes = Buffer.from(text);
    add(path, descriptorOf('application/json', bytes), contentOfBytes(bytes));
  };
  addText('oci-layout', layoutMarker);
  addText('index.json', ociIndexText(index));
  for (const { descriptor, content } of blobs) add(`blobs/sha256/${hexOf(descriptor.digest)}`, descriptor, content);
  return { files, size: start + tarEnd().byteLength };
}
