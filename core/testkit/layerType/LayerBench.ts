import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { KitwrightError, type LayerType } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import { benchCase, type Case, type OpenBench } from '../suite/Case.ts';
import type { Files } from '../suite/files.ts';
import { elementOf, lay, writeFiles } from './layerTree.ts';
import { asMadeLayerType, type MakeLayerType } from './MadeLayerType.ts';

/** A layer type, and an element of a Kitfile in a folder. */
export interface LayerBench {
  readonly type: LayerType;
  readonly context: TestContext;
  /** The files of the element. */
  readonly files: Files;
  /** The element's path. */
  readonly path: string;
  /** Where they are. */
  readonly folder: string;
}

export type LayerCase = Case<LayerBench>;

export const layerCase: (name: string, run: (bench: LayerBench) => Promise<void>) => LayerCase = benchCase;

export function openLayerBench(make: MakeLayerType, openContext: () => TestContext): OpenBench<LayerBench> {
  return async () => {
    const context = openContext();
    const { layerType: type, files: given, dispose } = asMadeLayerType(await make(context));
    const folder = join(context.folder, 'project');
    mkdirSync(folder);
    const files = given ?? (takesFolders(type, context.folder) ? manyFiles : oneFile);
    writeFiles(folder, files);
    return {
      type,
      context,
      files,
      path: elementOf(files),
      folder,
      [Symbol.asyncDispose]: async () => {
        await dispose?.();
        await context[Symbol.asyncDispose]();
      },
    };
  };
}

const oneFile: Files = { 'data.bin': 'one file\n' };

const manyFiles: Files = {
  'data/README.md': '# Data\n',
  'data/below/deep/last.txt': 'deep',
  'data/below/run.sh': '#!/bin/sh\n',
  'data/empty': '',
  'data/über alles -rf.txt': 'spaces',
  'data/zeros.bin': Buffer.alloc(70_000),
};

/** A type that takes single files alone says so. */
function takesFolders(type: LayerType, folder: string): boolean {
  writeFiles(folder, { 'probe/a': 'a' });
  try {
    lay(type, folder, 'probe');
    return true;
  } catch (error) {
    if (error instanceof KitwrightError && error.code === 'layer-path-refused') return false;
    throw error;
  }
}
