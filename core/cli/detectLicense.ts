import { zstdDecompressSync } from 'node:zlib';
import { packagedFile } from './executable/packagedFile.ts';

const threshold = 0.93;

/**
 * The SPDX identifier of a licence text, undefined for other texts. Loads the words of all licences, so call it only
 * for a licence file.
 */
export function detectLicense(text: string): string | undefined {
  const pairs = pairsOf(text);
  let best: { readonly id: string; readonly score: number } | undefined;
  for (const [id, length, words] of knownLicenses()) {
    if (length > text.length * 2 || text.length > length * 2) continue;
    const score = similarity(pairs, pairsOf(words));
    const better = !best || score > best.score || (score === best.score && id.length < best.id.length);
    if (score >= threshold && better) best = { id, score };
  }
  return best?.id;
}

/** Pairs of neighbouring words: two copies of a licence share them, even with other line breaks and years. */
function pairsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return new Set(words.slice(1).map((word, i) => `${words[i]} ${word}`));
}

/** The length is that of the text in UTF-16 units; the words are in lower case, with a space between. */
type KnownLicense = readonly [id: string, length: number, words: string];

/** The build generates this file from `spdx-license-list`. */
function knownLicenses(): readonly KnownLicense[] {
  return JSON.parse(zstdDecompressSync(packagedFile('dist/licenses.json.zst')).toString()) as readonly KnownLicense[];
}

/** Sørensen-Dice: 1 = the same pairs, 0 = none in common. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared++;
  return (2 * shared) / (a.size + b.size || 1);
}
