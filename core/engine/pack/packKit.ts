import { existsSync } from 'node:fs';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { BuildHooks } from '../host/buildHooks.ts';
import type { Kitwright } from '../host/createKitwright.ts';
import type { Calls } from '../host/hooks.ts';
import type { Layer, ModelKit, Plan, PlannedLayer, StoredKit } from '../host/nouns.ts';
import type { TargetSource } from '../kits/loadKit.ts';
import { checkRemoteDatasets } from '../kits/remoteDatasets.ts';
import type { Reference } from '../oci/reference.ts';
import { defaultRegistry, repositoryOf, unnamedRepository } from '../oci/reference.ts';
import { checkDirectory } from '../plan/checkDirectory.ts';
import { planKit, type ScanLayers } from '../plan/planKit.ts';
import { type KitfileLocation, readKitfile } from '../plan/readKitfile.ts';
import { addName, type KitIndex } from '../store/kitIndex.ts';
import type { LocalStore } from '../store/localStore.ts';
import { assembleKit, draftKit } from './assemble.ts';
import type { EarlyPush } from './earlyPush.ts';
import { buildLayer } from './layer/buildLayer.ts';
import type { CaptureMode } from './layer/capture.ts';
import type { LayerBuildOptions } from './layer/layerWork.ts';
import { materializeLayer } from './layer/materializeLayer.ts';

export interface PackOptions {
  readonly directory: string;
  readonly kitfile: KitfileLocation;
  readonly store: LocalStore;
  /** Further targets in which references to other kits are resolved. */
  readonly references?: readonly TargetSource[];
  /** The name of the kit, with its tags; undefined = stored without a name. */
  readonly name?: Reference | undefined;
  readonly layerFormat: string;
  readonly compression?: string | undefined;
  readonly capture: CaptureMode;
  /** Also write each layer as a blob, so that other tools can read the store. */
  readonly blobs?: boolean;
  /** Seconds since 1970 for the creation annotation; left out if undefined. */
  readonly createdAt?: number | undefined;
  /** Further annotations of the manifest, made when the plan is known. */
  readonly annotate?: ((plan: Plan) => Readonly<Record<string, string>>) | undefined;
  readonly midstates?: boolean;
  /** Read every content again, whatever the fingerprints say. */
  readonly distrust?: boolean;
  /** Sends layers away while they are hashed. */
  readonly early?: EarlyPush | undefined;
  /** Scans the layers before their files are collected; undefined = the file system is asked meanwhile. */
  readonly scan?: ScanLayers | undefined;
  readonly signal: AbortSignal;
}

/** Times that a layer is built again because a file changed while it was read. */
const attempts = 3;

/**
 * Packs a directory: Kitfile, plan, layers, kit, names. Where a file changed meanwhile, it looks again. Whatever fails,
 * what was stored before stays whole. Throws `kitfile-*`, `layer-*`, `reference*`, `content-changed`,
 * `file-unreadable`, `disk-full`, `store-*`, `cancelled`.
 */
export async function packKit(kitwright: Kitwright, options: PackOptions): Promise<StoredKit> {
  checkDirectory(options.directory);
  using _session = options.store.session();
  for (let attempt = 1; ; attempt++) {
    const hooks = kitwright.beginBuild();
    try {
      const built = (await buildKit(kitwright, options, hooks)) as BuiltKit;
      return await commitKit(kitwright, built.kit, options, hooks);
    } catch (error) {
      if (!isContentChange(error) || attempt >= attempts) throw error;
      kitwright.diagnostic({ level: 'notice', message: `${error.message} Looking again.` });
    }
  }
}

export interface BuiltKit {
  readonly plan: Plan;
  readonly kit: ModelKit;
}

/** Decides, after the scan and before any byte is read, what is built: layers to take over, or nothing at all. */
export type BuildGate = (plan: Plan) => 'nothing' | { readonly held: ReadonlyMap<string, Layer> };

/** Scans and builds a kit, but gives it no name yet. Undefined if the gate wants nothing. */
export async function buildKit(
  kitwright: Kitwright,
  options: PackOptions,
  hooks: Calls<BuildHooks>,
  gate: BuildGate = () => ({ held: new Map() }),
): Promise<BuiltKit | undefined> {
  const plan = await planOnce(kitwright, options, hooks);
  const decision = gate(plan);
  if (decision === 'nothing') return undefined;
  announce(kitwright, plan);
  await checkRemoteDatasets(plan.kitfile, kitwright.capabilities, options.signal);
  const layers = await buildLayers(kitwright, options, plan, decision.held);
  for (const layer of layers) await hooks.layer(layer, context(options));
  if (options.blobs) for (const { descriptor } of layers) await materializeLayer(descriptor, options.store);
  const kit = assembleKit(
    await hooks.manifest(draftKit(plan.kitfile, layers, options.createdAt, options.annotate?.(plan)), context(options)),
  );
  await hooks.assembled(kit, context(options));
  return { plan, kit };
}

async function planOnce(kitwright: Kitwright, options: PackOptions, hooks: Calls<BuildHooks>): Promise<Plan> {
  const { source, warnings } = readKitfile(options.directory, options.kitfile);
  for (const message of warnings) kitwright.diagnostic({ level: 'warning', message });
  const kitfile = await hooks.kitfile(source.kitfile, { signal: options.signal });
  return planKit({
    directory: options.directory,
    kitfile,
    choice: { layerFormat: options.layerFormat, compression: options.compression },
    capabilities: kitwright.capabilities,
    hooks,
    targets: [options.store, ...(options.references ?? [])],
    name: options.name,
    storeRoot: options.store.layout.root,
    scan: options.scan,
    signal: options.signal,
    diagnostic: kitwright.diagnostic,
  });
}

function announce(kitwright: Kitwright, plan: Plan): void {
  kitwright.event({
    type: 'plan',
    layers: plan.layers.length,
    files: plan.layers.reduce((sum, { files }) => sum + files.length, 0),
    bytes: plan.layers.reduce((sum, layer) => sum + sizeOf(layer), 0),
  });
}

function sizeOf({ files }: PlannedLayer): number {
  return files.reduce((sum, { type, fingerprint }) => sum + (type === 'file' ? fingerprint.size : 0), 0);
}

/** Layers side by side; the pool has as many threads as cores, and every failure waits for the others to stop. */
export async function buildLayers(
  kitwright: Kitwright,
  options: PackOptions,
  plan: Plan,
  held: ReadonlyMap<string, Layer>,
): Promise<readonly Layer[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const results = await Promise.allSettled(
    plan.layers.map(
      async (planned) =>
        held.get(planned.entry.id) ??
        buildOne(kitwright, { ...options, signal }, plan, planned).catch((error: unknown) => {
          // A file that changed spoils its own layer only: what the others find is of use the next time.
          if (!isContentChange(error)) stop.abort();
          throw error;
        }),
    ),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const first =
    failures.find((error) => !(error instanceof KitwrightError && error.code === 'cancelled')) ?? failures[0];
  if (first !== undefined) throw first;
  return results.map((result) => (result as PromiseFulfilledResult<Layer>).value);
}

async function buildOne(kitwright: Kitwright, options: PackOptions, plan: Plan, planned: PlannedLayer): Promise<Layer> {
  const { entry, files } = planned;
  kitwright.event({
    type: 'layer-start',
    layer: entry.id,
    path: entry.path,
    bytes: sizeOf(planned),
    files: files.length,
  });
  const layerOptions: LayerBuildOptions = {
    directory: plan.directory,
    store: options.store,
    pool: kitwright.pool,
    capabilities: kitwright.capabilities,
    capture: options.capture,
    midstates: options.midstates ?? false,
    distrust: options.distrust ?? false,
    signal: options.signal,
    sendEarly: options.early && ((recipe) => options.early?.begin(recipe, entry.id)),
    progress: (done, bytes) => kitwright.event({ type: 'layer-progress', layer: entry.id, done, bytes }),
  };
  const layer = await buildLayer(planned, layerOptions);
  const { descriptor, cost } = layer;
  kitwright.event({
    type: 'layer-done',
    layer: entry.id,
    role: entry.role,
    digest: descriptor.digest,
    bytes: descriptor.size,
    hashed: cost.hashedBytes,
    reused: cost.reused,
    existed: cost.existed,
  });
  return layer;
}

function isContentChange(error: unknown): error is KitwrightError {
  return error instanceof KitwrightError && error.code === 'content-changed';
}

function context({ signal }: PackOptions) {
  return { signal };
}

/** Stores config and manifest and gives the kit its names: the last step, under the lock. */
export async function commitKit(
  kitwright: Kitwright,
  kit: ModelKit,
  options: PackOptions,
  hooks: Calls<BuildHooks>,
): Promise<StoredKit> {
  options.signal.throwIfAborted();
  const stored = await storeKit(kit, options);
  const tags = tagsOf(options.name).filter((tag) => tag !== undefined);
  kitwright.event({ type: 'stored', digest: kit.root.digest, tags });
  await hooks.stored(stored, context(options));
  await hooks.done(stored, context(options));
  return stored;
}

async function storeKit(kit: ModelKit, options: PackOptions): Promise<StoredKit> {
  const { store } = options;
  const configSaved = store.putBytes(kit.config, kit.configBytes);
  const manifestSaved = store.putBytes(kit.root, kit.manifestBytes);
  await store.update((index) => {
    checkWhole(kit, store);
    return named(index, kit, options.name);
  });
  return { ...kit, configSaved, manifestSaved };
}

/** Under the lock: everything that the kit needs must be there at the moment at which it gets its name. */
function checkWhole(kit: ModelKit, store: LocalStore): void {
  for (const { descriptor, entry } of kit.layers) {
    const record = store.layers.readHead(descriptor.digest);
    if (record && store.layers.stateOfAll(record) !== 'missing') continue;
    throw new KitwrightError(
      'content-changed',
      `Contents of the ${entry.role} layer ${entry.path} vanished before the kit was stored.`,
    );
  }
  for (const { digest } of [kit.config, kit.root]) {
    if (!existsSync(store.layout.blob(digest)))
      throw new KitwrightError('store-failed', `${digest} vanished from the store.`);
  }
}

function named(index: KitIndex, kit: ModelKit, name: Reference | undefined): KitIndex {
  const repository = name ? repositoryOf(name) : `${defaultRegistry}/${unnamedRepository}`;
  const descriptor = kit.root;
  return {
    ...index,
    names: tagsOf(name).reduce((names, tag) => addName(names, { repository, tag, descriptor }), index.names),
  };
}

function tagsOf(name: Reference | undefined): readonly (string | undefined)[] {
  return name ? [name.reference, ...name.extraTags] : [undefined];
}

/** What a pack would do: scans, and reads no content. Throws what the plan of a pack throws. */
export async function previewKit(kitwright: Kitwright, options: PackOptions): Promise<Plan> {
  checkDirectory(options.directory);
  return planOnce(kitwright, options, kitwright.beginBuild());
}

/** The kit that a pack would make. Layers are hashed and recorded, but nothing gets a name. */
export async function computeKit(kitwright: Kitwright, options: PackOptions): Promise<ModelKit> {
  checkDirectory(options.directory);
  using _session = options.store.session();
  const built = (await buildKit(kitwright, options, kitwright.beginBuild())) as BuiltKit;
  return built.kit;
}
