import { join, resolve } from 'node:path';
import { isReference } from '../build/isReference.ts';
import { kitfileNames } from '../build/readKitfile.ts';
import { modelReference } from '../kitfile/validate.ts';
import type { Look } from './decide.ts';
import type { TreeSignature } from './treeSignature.ts';
import type { WatchOptions } from './WatchOptions.ts';

const steeringFiles = ({ directory, kitfile }: WatchOptions): readonly string[] => {
  const given = 'file' in kitfile && kitfile.file ? [resolve(kitfile.file), resolve(directory, kitfile.file)] : [];
  return [...given, ...[...kitfileNames, '.kitignore'].map((name) => join(resolve(directory), name))];
};

/**
 * The signature of the tree that the last plan was made of; undefined where more than the tree decides: plugins that plan, and
 * kits that stand on another one, whose name may move.
 */
export const signatureFor = async ({ kitwright, options, state }: Look): Promise<TreeSignature | undefined> => {
  const { plan } = state;
  if (!options.treeScan || !plan || kitwright.plansFreely() || modelReference(plan.kitfile, isReference))
    return undefined;
  return options.treeScan.signature({
    context: resolve(options.directory),
    paths: plan.layers.map(({ entry }) => entry.clean),
    files: steeringFiles(options),
    storeRoot: options.store.layout.root,
  });
};
