import { bytePath, checkEntryName, KitwrightError } from '@kitwright/core/internal';
import { type ImageType, type LayerCompression, parsePlatform, platformText } from '@kitwright/core/internal/builds';

/** The flags that only some types have. */
export interface ImageFlags {
  readonly type: ImageType;
  readonly base?: string;
  readonly platform: readonly string[];
  readonly compression?: LayerCompression;
  readonly path?: string;
}

const only: readonly (readonly [flag: 'base' | 'compression' | 'path', types: readonly ImageType[]])[] = [
  ['base', ['modelcar']],
  ['compression', ['modelcar']],
  ['path', ['modelcar', 'view']],
];

/** The settings of an image. Throws `usage` where a flag does not fit the type. */
export function imageSettings(flags: ImageFlags) {
  const { type, platform, compression = 'none', path = 'models' } = flags;
  for (const [flag, types] of only)
    if (flags[flag] !== undefined && !types.includes(type))
      throw new KitwrightError('usage', `--${flag} is for --type ${types.join(' and ')}, not for ${type}.`);
  if (type === 'raw' && platform.length)
    throw new KitwrightError('usage', '--platform is for images, and --type raw makes an artifact.');
  return { type, platforms: platformsOf(platform), compression, folder: folderOf(path) };
}

const defaultPlatform = 'linux/amd64';

function platformsOf(texts: readonly string[]) {
  const words = texts.flatMap((text) => text.split(','));
  const platforms = (words.length ? words : [defaultPlatform]).map(parsePlatform);
  return [...new Map(platforms.map((platform) => [platformText(platform), platform])).values()];
}

/** `/models/` is `models`; `/` is the root, for which a view has no link. */
function folderOf(path: string): string {
  const folder = bytePath(path.replace(/^\/+|(?<!\/)\/+$/g, ''));
  if (folder !== '') checkEntryName(folder, 'linux');
  return folder;
}
