import { InvalidArgumentError } from 'commander';

const powers = 'kmgt';

/** Reads a size in bytes as `split` of coreutils does: `4GiB` and `4G` are powers of 1024, `4GB` of 1000. */
export function byteSize(text: string): number {
  const [, digits = '', unit = '', suffix = ''] = /^(\d{1,15})(?:([kmgt])(b|ib)?|b)?$/i.exec(text) ?? [];
  const base = suffix.toLowerCase() === 'b' ? 1000 : 1024;
  const bytes = Number(digits) * base ** (powers.indexOf(unit.toLowerCase() || ' ') + 1);
  if (digits && Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw new InvalidArgumentError('It is a size, for example 4GiB or 700MB.');
}
