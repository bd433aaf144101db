import { closeSync, openSync, readSync } from 'node:fs';

export const platforms = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win-x64', 'win-arm64'] as const;

/** As Node names its own downloads. */
export type Platform = (typeof platforms)[number];

/**
 * The platform of a program, by its header. Sources: elf(5) `e_machine`; "PE Format", machine types; Mach-O's `mach/machine.h`.
 * Throws for any other.
 */
export function platformOf(program: string): Platform {
  const header = headerOf(program);
  const found = elf(header) ?? portable(header) ?? mach(header);
  if (found === undefined) throw new Error(`${program} is no Node of ${platforms.join(', ')}.`);
  return found;
}

function headerOf(path: string): DataView {
  const file = openSync(path, 'r');
  try {
    const bytes = new Uint8Array(4096);
    return new DataView(bytes.buffer, 0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function elf(header: DataView): Platform | undefined {
  if (header.byteLength < 20 || header.getUint32(0) !== 0x7f454c46) return undefined;
  return ({ 62: 'linux-x64', 183: 'linux-arm64' } as const)[header.getUint16(18, true)];
}

function portable(header: DataView): Platform | undefined {
  if (header.byteLength < 64 || header.getUint16(0) !== 0x4d5a) return undefined;
  const at = header.getUint32(0x3c, true);
  if (at + 6 > header.byteLength) return undefined;
  return ({ 34404: 'win-x64', 43620: 'win-arm64' } as const)[header.getUint16(at + 4, true)];
}

function mach(header: DataView): Platform | undefined {
  if (header.byteLength < 8 || header.getUint32(0, true) !== 0xfeedfacf) return undefined;
  return ({ 16777223: 'darwin-x64', 16777228: 'darwin-arm64' } as const)[header.getUint32(4, true)];
}

/** The name of the executable in a release. */
export function executableName(platform: Platform): string {
  return `kitwright-${platform}${platform.startsWith('win') ? '.exe' : ''}`;
}
