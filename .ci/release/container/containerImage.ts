import { type Kitwright, version } from '@kitwright/core/internal';
import {
  assembleImage,
  directoryEntries,
  type Image,
  type ImageEntry,
  type ImageSettings,
  imageTar,
  loadBase,
  makeLayer,
  type NamedImage,
  type Platform,
} from '@kitwright/core/internal/builds';

export interface ContainerOptions {
  /** An image with Node. */
  readonly base: NamedImage;
  readonly platforms: readonly Platform[];
  /** A folder whose `node_modules` hold the published packages (`installPacked`). */
  readonly installed: string;
  /** Those that take the place of ours. */
  readonly settings?: ImageSettings;
  /** Where compressed layers lie until they are pushed. */
  readonly scratch: string;
  /** RFC 3339; 1970 by default. */
  readonly created?: string | undefined;
  readonly signal: AbortSignal;
}

const home = 'opt/kitwright/node_modules';

/**
 * The container image of Kitwright, one for each platform: the packages on a base with Node, for any user but root. The
 * Dockerfile beside this makes the same. The same packages and base give the same bytes.
 */
export async function containerImages(
  { pool, capabilities }: Kitwright,
  { base, platforms, installed, settings, scratch, created, signal }: ContainerOptions,
): Promise<readonly Image[]> {
  const tar = imageTar(packageEntries(installed), 'opt/kitwright');
  const making = {
    pool,
    capabilities,
    compression: 'gzip',
    scratch,
    createdBy: `kitwright ${version}`,
    signal,
  } as const;
  const layers = [await makeLayer(tar, making)];
  return Promise.all(
    platforms.map(async (platform) =>
      assembleImage({
        platform,
        base: await loadBase(base, platform),
        layers,
        settings: {
          ...ours,
          ...settings,
          env: { ...ours.env, ...settings?.env },
          labels: { ...ours.labels, ...settings?.labels },
        },
        created,
      }),
    ),
  );
}

function packageEntries(installed: string): readonly ImageEntry[] {
  return [
    ...directoryEntries(`${installed}/node_modules`, home),
    { type: 'link', path: 'usr/local/bin/kitwright', target: `/${home}/kitwright/bin/kitwright.js` },
    { type: 'directory', path: 'workspace', mode: 0o755 },
  ];
}

/** Every user may write below the folder of the data: Kubernetes may run this as any of them. */
const ours = {
  entrypoint: ['kitwright'],
  env: { KITWRIGHT_HOME: '/var/tmp/kitwright' },
  user: '1000:0',
  workingDirectory: '/workspace',
  labels: {
    'org.opencontainers.image.title': 'kitwright',
    'org.opencontainers.image.version': version,
    'org.opencontainers.image.licenses': 'Apache-2.0',
  },
} satisfies ImageSettings;
