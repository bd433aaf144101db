import { compression } from '@kitwright/compression';
import type { Plugin } from '@kitwright/core/internal';
import { git } from '@kitwright/git';
import { huggingFace } from '@kitwright/huggingface';
import { layerTypes } from '@kitwright/layer-types';
import { ociLayout } from '@kitwright/oci-layout';
import { readiness } from '@kitwright/readiness';
import { createFetch, type RegistryOptions, registry } from '@kitwright/registry';
import { s3 } from '@kitwright/s3';

/** The plugins that are there without being asked for. */
export function defaultPlugins(options: RegistryOptions): readonly Plugin[] {
  const { env, wait } = options;
  const shared = { fetch: createFetch(options), env, ...(wait ? { wait } : {}) };
  return [
    layerTypes(),
    compression(),
    readiness(),
    ociLayout(),
    registry(options),
    huggingFace(shared),
    git({ env: options.env }),
    s3(shared),
  ];
}
