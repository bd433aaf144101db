import type { Layer, ModelKit, Plan, PlannedLayer } from '../host/nouns.ts';
import { countOf } from '../host/plannedTable.ts';
import { checkRemoteDatasets } from '../kits/remoteDatasets.ts';
import { assembleKit, draftKit } from './assemble.ts';
import type { Build } from './Build.ts';
import { buildLayers } from './buildLayers.ts';
import { materializeLayer } from './layer/materializeLayer.ts';
import { layerBytes } from './layerBytes.ts';
import { requireDifferent } from './requireDifferent.ts';
import { type FileFinding, findingsText, refuseFindings, scanFiles } from './scanFiles.ts';

/** What the caller adds to a plan. */
export interface BuildAdditions {
  /** Layers of an earlier build that are used again, by the id of their entry. */
  readonly held?: ReadonlyMap<string, Layer>;
  /** Further annotations of the manifest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * Builds a plan: layers, config, manifest. The layers are stored, but the kit has no name yet. Throws
 * `content-changed`, `file-unreadable`, `disk-full`, `store-*`, `cancelled`.
 */
export async function buildKit(build: Build, plan: Plan, additions: BuildAdditions = {}): Promise<ModelKit> {
  const { kitwright, options, hooks } = build;
  const context = { signal: options.signal };
  announce(build, plan);
  await checkRemoteDatasets(plan.kitfile, kitwright.capabilities, options.signal);
  const held: ReadonlyMap<string, Layer> = additions.held ?? new Map();
  const fresh = plan.layers.filter(({ entry }) => !held.has(entry.id));
  requireDifferent({ layers: fresh }, options.store.layout.root);
  // Before any byte is uploaded.
  if (options.refuse) refuseFindings(await scanFiles(build, plan, fresh));
  const layers = options.refuse ? await buildLayers(build, plan, held) : await buildScanned(build, plan, held);
  for (const layer of layers) await hooks.layer(layer, context);
  if (options.blobs) for (const { descriptor } of layers) await materializeLayer(descriptor, options.store);
  const draft = draftKit(plan.kitfile, layers, options.createdAt, additions.annotations);
  const assembled = assembleKit(await hooks.manifest(draft, context));
  const kit = plan.origin ? { ...assembled, origin: plan.origin } : assembled;
  await hooks.assembled(kit, context);
  return kit;
}

/** The layers that were read now: a reused one gave its warnings when it was built. */
export function readLayers({ layers }: Plan, built: readonly Layer[]): readonly PlannedLayer[] {
  const read = new Set(built.filter(({ cost }) => !cost.reused).map(({ entry }) => entry.id));
  return layers.filter(({ entry }) => read.has(entry.id));
}

/** Scans what is read now, while threads hash it, and warns of what was found. */
async function buildScanned(build: Build, plan: Plan, held: ReadonlyMap<string, Layer>): Promise<readonly Layer[]> {
  const stop = new AbortController();
  const signal = AbortSignal.any([build.options.signal, stop.signal]);
  const scans = new Map<PlannedLayer, Promise<readonly FileFinding[]>>();
  const scan = (planned: PlannedLayer) => {
    const findings = scanFiles(build, plan, [planned], signal);
    // Awaited below, unless a layer fails first.
    findings.catch(() => undefined);
    scans.set(planned, findings);
    return findings;
  };
  try {
    const layers = await buildLayers(build, plan, held, scan);
    // A layer that a watch has built ahead is held, and was not scanned yet.
    const read = readLayers(plan, layers).map((planned) => scans.get(planned) ?? scan(planned));
    const findings = (await Promise.all(read)).flat();
    if (findings.length) build.kitwright.diagnostic({ level: 'warning', message: findingsText(findings, 'is') });
    return layers;
  } finally {
    stop.abort();
  }
}

function announce({ kitwright }: Build, { layers }: Plan): void {
  kitwright.event({
    type: 'plan',
    layers: layers.length,
    files: layers.reduce((sum, layer) => sum + countOf(layer), 0),
    bytes: layers.reduce((sum, layer) => sum + layerBytes(layer), 0),
  });
}
