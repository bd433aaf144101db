import { annotationNames, Fields, goJson, type PlanFile, textOf } from '@kitwright/core/plugin';

/** The annotation for what a raw layer cannot hold: name, mode, size and time of the file (ModelPack model-spec). */
export function fileMetadata({ path, fingerprint }: PlanFile): Readonly<Record<string, string>> {
  return {
    [annotationNames.fileMetadata]: goJson(
      new Fields([
        ['name', textOf(path.slice(path.lastIndexOf('/') + 1))],
        ['mode', fingerprint.mode & 0o777],
        ['uid', 0],
        ['gid', 0],
        ['size', fingerprint.size],
        ['mtime', localTime(unsigned(fingerprint.mtimeNs))],
        ['typeflag', '0'.charCodeAt(0)],
      ]),
    ),
  };
}

/**
 * 1862 in ns since 1970. No file is older: an earlier time in a fingerprint is a time after 2262 that overflowed into
 * the sign bit.
 */
const oldest = -3_408_220_800_000_000_000n;

function unsigned(ns: bigint): bigint {
  return ns < oldest ? BigInt.asUintN(64, ns) : ns;
}

/** RFC 3339 with up to nine decimals in the local zone, as Go writes a time. `ns` is since 1970. */
export function localTime(ns: bigint): string {
  const billion = 1_000_000_000n;
  const part = ((ns % billion) + billion) % billion;
  const date = new Date(Number((ns - part) / 1_000_000n));
  const digits = String(part)
    .padStart(9, '0')
    .replace(/(?<!0)0+$/, '');
  const fraction = part === 0n ? '' : `.${digits}`;
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${day}T${time}${fraction}${offsetText(-date.getTimezoneOffset())}`;
}

function two(value: number): string {
  return String(Math.trunc(value)).padStart(2, '0');
}

function offsetText(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes > 0 ? '+' : '-'}${two(size / 60)}:${two(size % 60)}`;
}
