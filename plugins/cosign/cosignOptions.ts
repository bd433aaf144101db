import { KitwrightError, type SignerOptions } from '@kitwright/core/plugin';

/** Which forms are written, and which count. */
export interface Formats {
  /** The Sigstore bundle as a referrer: cosign 3. */
  readonly bundle: boolean;
  /** The tags `.sig` and `.att`: cosign 1 and 2. */
  readonly legacy: boolean;
}

const formats: ReadonlyMap<string, Formats> = new Map([
  ['both', { bundle: true, legacy: true }],
  ['bundle', { bundle: true, legacy: false }],
  ['legacy', { bundle: false, legacy: true }],
]);

/** What the signer and the verifier are told. Throws `usage`. */
export function readOptions({ key, options }: SignerOptions): { readonly key: string; readonly formats: Formats } {
  if (key === undefined)
    throw new KitwrightError('usage', 'Name the key: --key cosign.key to sign, --key cosign.pub to verify.');
  const unknown = Object.keys(options).find((name) => name !== 'format');
  if (unknown !== undefined)
    throw new KitwrightError('usage', `cosign has no option ${JSON.stringify(unknown)}; there is: format.`);
  const { format = 'both' } = options;
  const chosen = formats.get(format);
  if (!chosen)
    throw new KitwrightError(
      'usage',
      `Unknown format ${JSON.stringify(format)}; there are: ${[...formats.keys()].join(', ')}.`,
    );
  return { key, formats: chosen };
}
