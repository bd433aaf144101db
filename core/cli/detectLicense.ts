import { createRequire } from 'node:module';

const threshold = 0.93;

/**
 * The SPDX identifier of a licence text, undefined for texts that are none. Loads all texts: only call it for a
 * licence.
 */
export function detectLicense(text: string): string | undefined {
  const known = createRequire(import.meta.url)('spdx-license-list/full.js') as Readonly<Record<string, LicenseText>>;
  const pairs = pairsOf(text);
  let best: { readonly id: string; readonly score: number } | undefined;
  for (const [id, { licenseText = '' }] of Object.entries(known)) {
    if (licenseText.length > text.length * 2 || text.length > licenseText.length * 2) continue;
    const score = similarity(pairs, pairsOf(licenseText));
    const better = !best || score > best.score || (score === best.score && plainId(id).length < best.id.length);
    if (score >= threshold && better) best = { id: plainId(id), score };
  }
  return best?.id;
}

interface LicenseText {
  readonly licenseText?: string;
}

/** Pairs of neighbouring words: what two copies of a licence share, whatever their line breaks and years. */
function pairsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return new Set(words.slice(1).map((word, i) => `${words[i]} ${word}`));
}

/** Sørensen-Dice: 1 = the same pairs, 0 = none in common. */
function similarity(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const pair of a) if (b.has(pair)) shared++;
  return (2 * shared) / (a.size + b.size || 1);
}

/** `GPL-3.0-only` and `-or-later` have one text: without a statement it is just `GPL-3.0`. */
function plainId(id: string): string {
  return id.replace(/-(?:only|or-later)$/, '');
}
