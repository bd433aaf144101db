import { type BytePath, baseOf, textOf } from '../files/bytePath.ts';
import { displayPath } from '../files/displayPath.ts';
import type { Readiness } from '../host/capabilities.ts';
import type { CapabilitySet } from '../host/createCapabilities.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { LoadedKit } from '../kits/loadKit.ts';
import { createRecipeReader, type RecipeReader } from '../layers/recipeReader.ts';
import { createTarNames, type IndexedEntry } from '../layers/tarRules.ts';
import { privateScratch } from '../store/privateScratch.ts';
import { areTensorsBounded } from './areTensorsBounded.ts';
import { compareTensors, type TensorDiff, type TensorFile } from './compareTensors.ts';
import { entriesOf } from './diffFiles.ts';
import { type KitElement, kitElements } from './kitElements.ts';
import { openLayer } from './openLayer.ts';
import { pairFiles } from './pairFiles.ts';

/** A file of weights that two kits hold in different versions, maybe at different paths. */
export interface WeightsDiff extends Partial<TensorDiff> {
  readonly before: string;
  readonly after: string;
  /** Can the tensors of both be read? If not, there are no changes to show. */
  readonly isReadable: boolean;
}

interface Weights {
  readonly path: BytePath;
  readonly entry: IndexedEntry;
  readonly reader: RecipeReader;
  readonly format: Readiness;
}

/**
 * Which tensors differ between two kits. A file of weights is compared with the one at its path; what is at a path of
 * its own, such as a later checkpoint, with the one of its name. Equal layers are not opened, every byte that is read is
 * verified. Throws `descriptor-mismatch`, `kit-malformed`.
 */
export async function diffTensors(
  kitwright: Kitwright,
  first: LoadedKit,
  second: LoadedKit,
  signal: AbortSignal,
): Promise<readonly WeightsDiff[]> {
  using folder = privateScratch('diff');
  using readers = new DisposableStack();
  const options = { shared: sharedDigests(first, second), scratch: folder.path, readers, signal };
  const [left, right] = [await weightsOf(kitwright, first, options), await weightsOf(kitwright, second, options)];
  const diffs: WeightsDiff[] = [];
  for (const [before, after] of pairFiles(left, right)) diffs.push(...(await compare(before, after, signal)));
  return diffs;
}

function sharedDigests(first: LoadedKit, second: LoadedKit): ReadonlySet<string> {
  const digests = new Set(first.manifest.layers.map(({ digest }) => digest));
  return new Set(second.manifest.layers.flatMap(({ digest }) => (digests.has(digest) ? [digest] : [])));
}

interface Search {
  readonly shared: ReadonlySet<string>;
  readonly scratch: string;
  readonly readers: DisposableStack;
  readonly signal: AbortSignal;
}

/** The files of weights in the layers that the other kit does not have. */
async function weightsOf(kitwright: Kitwright, kit: LoadedKit, search: Search): Promise<readonly Weights[]> {
  const found: Weights[] = [];
  for (const element of kitElements(kit.kitfile, kit.manifest))
    if (!search.shared.has(element.descriptor.digest))
      for (const weights of await weightsIn(kitwright, kit, element, search)) found.push(weights);
  return found;
}

async function weightsIn(
  { pool, capabilities }: Kitwright,
  kit: LoadedKit,
  element: KitElement,
  { scratch, readers, signal }: Search,
): Promise<readonly Weights[]> {
  const options = { source: kit.layerSource, pool, capabilities, scratch, signal };
  const { recipe, verification } = await openLayer(element, options);
  await verification;
  const reader = readers.use(createRecipeReader(recipe));
  const names = createTarNames();
  return [...entriesOf(element, reader)].flatMap((entry) => {
    names.check(entry);
    const format = entry.type === 'file' ? formatOf(entry, reader, capabilities) : undefined;
    return format ? [{ path: entry.path, entry, reader, format }] : [];
  });
}

/** Bytes by which a format recognises a file. */
const headBytes = 512;

function formatOf(
  { path, offset, size }: IndexedEntry,
  reader: RecipeReader,
  capabilities: CapabilitySet,
): Readiness | undefined {
  const formats = capabilities.all('readiness').filter(({ tensors }) => tensors);
  const named = formats.find(({ matches }) => matches(textOf(baseOf(path))));
  if (named || !/\.(?:bin|pt|pth|ckpt)$/i.test(path)) return named;
  const head = Buffer.from(reader.readAt(offset, Math.min(size, headBytes)));
  return formats.find(({ recognises }) => recognises?.(head));
}

async function compare(before: Weights, after: Weights, signal: AbortSignal): Promise<readonly WeightsDiff[]> {
  const shown = { before: displayPath(before.path), after: displayPath(after.path) };
  const [left, right] = [tensorsOf(before), tensorsOf(after)];
  if (!left || !right) return [{ ...shown, isReadable: false }];
  const found = await compareTensors(left, right, signal);
  return found.changes.length || before.path !== after.path ? [{ ...shown, isReadable: true, ...found }] : [];
}

function tensorsOf({ entry: { offset, size }, reader, format }: Weights): TensorFile | undefined {
  const read = (at: number, length: number) => Buffer.from(reader.readAt(offset + at, length));
  const tensors = format.tensors?.({ size, read });
  return tensors && areTensorsBounded(tensors, size) ? { tensors, reader, start: offset } : undefined;
}
