import { type Readiness, readZipDirectory } from '@kitwright/core/plugin';
import { broken, notYet, ready } from './answers.ts';
import { progressOfName } from './progressOfName.ts';
import { torchTensors } from './torchTensors.ts';

const suffixes = ['.pt', '.pth', '.npz', '.ckpt', '.keras', '.mar', '.zip'];
const localSignature = 0x04034b50;

/** ZIP, as `torch.save`, `numpy.savez` and Keras write it: the directory at the end is written last. */
export const zip: Readiness = {
  id: 'zip',
  matches: (name) => suffixes.some((suffix) => name.endsWith(suffix)),
  recognises: (head) => head.length >= 4 && head.readUInt32LE() === localSignature,
  progress: progressOfName,
  tensors: torchTensors,
  check: ({ size, read }) => {
    if (size < 4) return notYet(`it has ${size} bytes`);
    const signature = read(0, 4).readUInt32LE();
    // Old torch files and others are not ZIP: they can only have a quiet time. An empty archive has only the end
    // record.
    if (signature !== localSignature) return signature === 0 ? notYet('its beginning is not written yet') : ready;
    const directory = readZipDirectory(size, read);
    // The directory that was found may belong to an archive inside this one.
    if (!directory || directory.before > 0 || directory.after > 0) return notYet('its directory is not written yet');
    const outside = directory.entries.find(({ offset }) => offset !== 0xffffffff && offset > size);
    return outside ? broken(`${outside.name} lies outside the file`) : ready;
  },
};
