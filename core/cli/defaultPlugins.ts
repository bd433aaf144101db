import { compression } from '@kitwright/compression';
import { type Plugin, version } from '@kitwright/core/internal';
import { cosign } from '@kitwright/cosign';
import { exec } from '@kitwright/exec';
import { git } from '@kitwright/git';
import { huggingFace } from '@kitwright/huggingface';
import { layerTypes } from '@kitwright/layer-types';
import { notation } from '@kitwright/notation';
import { ociLayout } from '@kitwright/oci-layout';
import { readiness } from '@kitwright/readiness';
import { createFetch, type RegistryOptions, registry } from '@kitwright/registry';
import { s3 } from '@kitwright/s3';
import { secrets } from '@kitwright/secrets';

/**
 * How the plugins reach the network. Only `home` is required: the root of a store, which holds credentials and
 * unfinished uploads.
 */
export interface DefaultPluginOptions extends Partial<RegistryOptions> {
  readonly home: string;
}

/**
 * The plugins of the command line: layer types, compressors, readiness checks, scanners, OCI layouts and archives,
 * programs as targets, registries, the Hugging Face Hub, git, S3, signatures. For a program: `createKitwright({ plugins: defaultPlugins({ home:
 * store.root }) })`.
 */
export function defaultPlugins(given: DefaultPluginOptions): readonly Plugin[] {
  const options: RegistryOptions = { ...programDefaults(), ...given };
  const { env, wait } = options;
  const shared = { fetch: createFetch(options), env, ...(wait ? { wait } : {}) };
  return [
    layerTypes(),
    compression(),
    readiness(),
    secrets(),
    ociLayout(),
    exec(),
    registry(options),
    huggingFace(shared),
    git({ env }),
    s3(shared),
    cosign(),
    notation(),
  ];
}

function programDefaults(): Omit<RegistryOptions, 'home'> {
  return { env: process.env, userAgent: `kitwright/${version}`, signal: new AbortController().signal };
}
