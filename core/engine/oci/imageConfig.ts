import type { Digest } from './digest.ts';
import { Fields, goJson } from './goJson.ts';

const zeroTime = '0001-01-01T00:00:00Z';

/** The media type of the config of an image (image-spec, config.md). */
export const imageConfigType = 'application/vnd.oci.image.config.v1+json';

/**
 * The config of an image that is no system's, as cosign makes it for its tags: only the digests of its layers are in it,
 * and no time, so that it does not change by itself.
 */
export function imageConfigBytes(layers: readonly Digest[]): Uint8Array {
  return Buffer.from(
    goJson(
      new Fields([
        ['architecture', ''],
        ['created', zeroTime],
        ['history', layers.map(() => new Fields([['created', zeroTime]]))],
        ['os', ''],
        [
          'rootfs',
          new Fields([
            ['type', 'layers'],
            ['diff_ids', layers],
          ]),
        ],
        ['config', {}],
      ]),
    ),
  );
}
