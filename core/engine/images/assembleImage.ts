import type { JsonValue } from '../errors/JsonValue.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { Fields, goJson, type JsonNode } from '../oci/goJson.ts';
import { imageConfigType } from '../oci/imageConfig.ts';
import { manifestBytes } from '../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { isObject, type JsonObject, maxManifestSize } from '../oci/parseJsonObject.ts';
import type { BaseImage } from './baseImage.ts';
import type { Image, ImageLayer, ImageSettings } from './Image.ts';
import type { Platform } from './platform.ts';
import { recipeSource } from './recipeSource.ts';

export interface AssembleOptions {
  readonly platform: Platform;
  readonly base?: BaseImage | undefined;
  /** On those of the base. */
  readonly layers: readonly ImageLayer[];
  readonly settings?: ImageSettings;
  /** Of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
  /** RFC 3339; 1970 by default, since the same parts must give the same bytes at any time. */
  readonly created?: string | undefined;
}

/** The epoch: readers of images want a time. */
const noTime = '1970-01-01T00:00:00Z';

/** An image from its layers: the config and the manifest are made here. Throws `image-refused` if they are too large. */
export function assembleImage(options: AssembleOptions): Image {
  const { base, platform, layers, annotations = {}, created } = options;
  const all = [...(base?.layers ?? []), ...layers];
  const configBytes = Buffer.from(goJson(configOf(options, all)));
  const config = descriptorOf(imageConfigType, configBytes);
  const bytes = manifestBytes({
    config,
    layers: all.map(({ descriptor }) => descriptor),
    annotations: {
      ...(created === undefined ? {} : { [annotationNames.created]: created }),
      ...(base?.reference === undefined ? {} : { [annotationNames.baseName]: base.reference }),
      ...(base ? { [annotationNames.baseDigest]: base.digest } : {}),
      ...annotations,
    },
  });
  return {
    root: checkedRoot(bytes),
    manifestBytes: bytes,
    platform,
    blobs: [
      ...all,
      { descriptor: config, source: recipeSource(config.digest, [{ kind: 'inline', bytes: configBytes }]) },
    ],
  };
}

/** The descriptor of a manifest. Throws `image-refused` above what registries take. */
export function checkedRoot(bytes: Uint8Array) {
  if (bytes.byteLength > maxManifestSize)
    throw new KitwrightError(
      'image-refused',
      `The manifest of the image has ${bytes.byteLength} bytes, and registries take ${maxManifestSize}: it has too many layers.`,
      { hint: 'Leave something out with --filter, or choose another --type.' },
    );
  return descriptorOf(mediaTypes.manifest, bytes);
}

/** image-spec, config.md; what the base says there stays, unless it is set anew. */
function configOf(
  { base, platform, layers, settings = {}, created = noTime }: AssembleOptions,
  all: readonly ImageLayer[],
): JsonNode {
  return new Fields([
    ['created', created],
    ['architecture', platform.architecture],
    ['os', platform.os],
    ['os.version', text(base?.config['os.version'])],
    ['variant', platform.variant ?? text(base?.config['variant'])],
    ['config', settingsOf(base?.config['config'], settings)],
    [
      'rootfs',
      new Fields([
        ['type', 'layers'],
        ['diff_ids', all.map(({ diffId }) => diffId)],
      ]),
    ],
    ['history', historyOf(base, layers, created)],
  ]);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function settingsOf(before: unknown, settings: ImageSettings): JsonValue {
  const { entrypoint, command, env, user, workingDirectory, labels } = settings;
  const old = (isObject(before) ? before : {}) as { readonly [key: string]: JsonValue };
  return {
    ...old,
    ...(entrypoint ? { Entrypoint: entrypoint } : {}),
    // What the base runs by default would be taken for arguments of another program.
    ...(entrypoint || command ? { Cmd: command ?? [] } : {}),
    ...(env ? { Env: withVariables(old['Env'], env) } : {}),
    ...(user === undefined ? {} : { User: user }),
    ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
    ...(labels ? { Labels: { ...(isObject(old['Labels']) ? old['Labels'] : {}), ...labels } } : {}),
  };
}

function withVariables(before: unknown, env: Readonly<Record<string, string>>): readonly string[] {
  const old = (Array.isArray(before) ? before : []).filter((line): line is string => typeof line === 'string');
  const kept = old.filter((line) => !Object.hasOwn(env, line.slice(0, line.indexOf('='))));
  return [...kept, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
}

/** Readers want an entry for each layer, or none at all: a base without it leaves the image without. */
function historyOf(base: BaseImage | undefined, layers: readonly ImageLayer[], created: string): JsonNode | undefined {
  const history = base?.config['history'];
  const before = (Array.isArray(history) ? history : []).filter(isObject);
  const described = before.filter((entry: JsonObject) => entry['empty_layer'] !== true).length;
  if (base && described !== base.layers.length) return undefined;
  const ours = layers.map(
    ({ createdBy }) =>
      new Fields([
        ['created', created],
        ['created_by', createdBy],
      ]),
  );
  return [...(before as unknown as readonly JsonValue[]), ...ours];
}
