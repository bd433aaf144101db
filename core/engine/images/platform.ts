import { KitwrightError } from '../errors/KitwrightError.ts';

/** A platform of an image, in the words of Go (image-spec, image-index.md). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const pattern = /^([a-z0-9]{1,32})\/([a-z0-9_]{1,32})(?:\/([a-z0-9.]{1,32}))?$/;

/** Reads `os/architecture[/variant]`, e.g. `linux/arm64/v8`. Throws `usage`. */
export function parsePlatform(text: string): Platform {
  const [, os, architecture, variant] = pattern.exec(text) ?? [];
  if (os === undefined || architecture === undefined)
    throw new KitwrightError('usage', `A platform is written OS/ARCHITECTURE[/VARIANT], not ${JSON.stringify(text)}.`, {
      hint: 'For example linux/amd64 or linux/arm64.',
    });
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

export function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}
