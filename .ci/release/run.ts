// `npm run release -- [--out FOLDER] [--executable FILE]... [--sign] [--key FILE] [--signing-config FILE]`
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { projectRoot } from '../../test/support/trackedFiles.ts';
import { makeRelease } from './makeRelease.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: `${projectRoot}/.cache/release` },
    executable: { type: 'string', multiple: true, default: [] },
    sign: { type: 'boolean', default: false },
    key: { type: 'string' },
    'signing-config': { type: 'string' },
  },
});
const folder = resolve(values.out);
await makeRelease({
  folder,
  executables: values.executable,
  signing: values.sign ? { key: values.key, signingConfig: values['signing-config'] } : undefined,
});
console.log(`A release is in ${folder}. Nothing was published.`);
