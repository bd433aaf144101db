// Makes the container image: node .ci/release/container/main.ts --base IMAGE --tag TARGET [--platform LIST] [--plain-http]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createKitwright, findKit, namesTarget, openStore, openTarget } from '@kitwright/core/internal';
import { parsePlatform, pushImages, rootOf } from '@kitwright/core/internal/builds';
import { defaultPlugins } from '../../../core/cli/defaultPlugins.ts';
import { installPacked, packNeeded, packPackages } from '../packPackages.ts';
import { containerImages } from './containerImage.ts';

const { values } = parseArgs({
  options: {
    base: { type: 'string', default: 'docker.io/library/node:24-slim' },
    tag: { type: 'string' },
    platform: { type: 'string', default: 'linux/amd64,linux/arm64' },
    'plain-http': { type: 'boolean', default: false },
    /** The image for init containers of pods, as init/Dockerfile makes it. */
    init: { type: 'boolean', default: false },
    /** Only packs the packages, into this folder: the context of the Dockerfile. */
    tarballs: { type: 'string' },
  },
});

/** Where the volume of the model is mounted if `UNPACK_PATH` names no other place: as in kit's image. */
const unpackPath = ['', 'home', 'user', 'modelkit'].join('/');

const initSettings = {
  entrypoint: ['kitwright', 'init-container'],
  user: '65532:65532',
  env: { UNPACK_PATH: unpackPath },
  labels: { 'org.opencontainers.image.title': 'kitwright-init' },
};

if (values.tarballs !== undefined) packNeeded(values.tarballs);
else if (values.tag === undefined) throw new Error('Name where the image goes with --tag.');
else await build(values.tag);

async function build(tag: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'kitwright-container-'));
  const store = openStore(scratch);
  const kitwright = createKitwright({ plugins: defaultPlugins({ home: scratch, plainHttp: values['plain-http'] }) });
  const { signal } = new AbortController();
  try {
    const tarballs = join(scratch, 'tarballs');
    packPackages(tarballs);
    installPacked(tarballs, join(scratch, 'installed'), join(scratch, 'others'));
    const { root, target } = await findKit({ kitwright, store }, values.base);
    const images = await containerImages(kitwright, {
      base: {
        name: values.base,
        reference: namesTarget(kitwright, values.base) ? undefined : values.base,
        root,
        target,
      },
      platforms: values.platform.split(',').map(parsePlatform),
      installed: join(scratch, 'installed'),
      ...(values.init ? { settings: initSettings } : {}),
      scratch,
      created: dateOf(process.env['SOURCE_DATE_EPOCH']),
      signal,
    });
    const opened = openTarget({ kitwright, store }, tag, 'push');
    const found = rootOf(images);
    await pushImages(kitwright, images, found, { ...opened, tags: opened.references, concurrency: 5, signal });
    console.log(found.root.digest);
  } finally {
    await kitwright.close();
    rmSync(scratch, { recursive: true });
  }
}

function dateOf(seconds: string | undefined): string | undefined {
  return seconds ? new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z') : undefined;
}
