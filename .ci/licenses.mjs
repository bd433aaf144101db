// Makes core/cli/dist/licenses.json.zst: what `detectLicense` compares with. As their package has them, all texts are
// 12 MB; only their words and lengths matter.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';

const known = createRequire(import.meta.url)('spdx-license-list/full.js');

/** `GPL-3.0-only` and `-or-later` have one text: without a statement it is just `GPL-3.0`. */
const plainId = (id) => id.replace(/-(?:only|or-later)$/, '');

const wordsOf = (text) => (text.toLowerCase().match(/[a-z]+/g) ?? []).join(' ');

const rows = Object.entries(known).map(([id, { licenseText = '' }]) =>
  JSON.stringify([plainId(id), licenseText.length, wordsOf(licenseText)]),
);
const folder = join(import.meta.dirname, '..', 'core', 'cli', 'dist');
mkdirSync(folder, { recursive: true });
writeFileSync(
  join(folder, 'licenses.json.zst'),
  zstdCompressSync(`[${[...new Set(rows)].join(',')}]`, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 12,
      // Licences share whole paragraphs, far from each other.
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
    },
  }),
);
