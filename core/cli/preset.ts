import { compression } from '@kitwright/compression';
import type { Plugin } from '@kitwright/core';
import { layerTypes } from '@kitwright/layer-types';
import { readiness } from '@kitwright/readiness';

/** The plugins that are there without being asked for. */
export const defaultPlugins = (): readonly Plugin[] => [layerTypes(), compression(), readiness()];
