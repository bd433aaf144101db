import { type LayerType, tarOfEntries } from '@kitwright/core/plugin';

/** One tar per element, with the bytes of `kit`. */
export const tar: LayerType = { id: 'tar', format: 'tar', compressible: true, ...tarOfEntries };
