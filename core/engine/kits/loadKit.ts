import { KitwrightError } from '../errors/KitwrightError.ts';
import type { Kitfile } from '../kitfile/Kitfile.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { jsonText } from '../oci/jsonText.ts';
import { isKitManifest, type Manifest, parseManifest } from '../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { asPrinted, formatReference, type Reference, repositoryOf } from '../oci/reference.ts';
import { verifiedBytes } from '../store/readVerified.ts';
import { canLocate, type ReadTarget } from '../store/roles.ts';
import { withOthers } from '../store/withOthers.ts';
import { foreignConfig, foreignKitfile } from './foreignKitfile.ts';
import { kitfileFromConfig } from './kitfileFromConfig.ts';
import { kitfileFromManifest } from './kitfileFromManifest.ts';
import { rememberRead } from './rememberRead.ts';

/**
 * A target to read kits from, or a function that finds it: a registry has a target for each repository. `from` is the
 * kit that contains the reference; undefined for a reference that the user typed.
 */
export type TargetSource = ReadTarget | ((reference: Reference, from?: Reference) => ReadTarget | undefined);

/** A kit that was read from a target: its manifest and Kitfile, not its layers. */
export interface LoadedKit {
  readonly descriptor: Descriptor;
  readonly manifest: Manifest;
  readonly manifestBytes: Uint8Array;
  readonly kitfile: Kitfile;
  readonly target: ReadTarget;
  /** Where its layers are read: the target; what a local store lacks, wherever the kit was searched too. */
  readonly layerSource: ReadTarget;
}

/**
 * Finds a kit by its reference in the first target that has it; `from` is the kit that refers to it. Throws
 * `kit-not-found`.
 */
export async function loadKit(
  reference: Reference,
  sources: readonly TargetSource[],
  from?: Reference,
  readKit: ReadKit = loadKitAt,
): Promise<LoadedKit> {
  const { target, descriptor } = await resolveKit(reference, sources, from);
  const kit = await readKit(descriptor, target);
  return { ...kit, layerSource: withOthers(target, () => targetsFor(reference, sources, from)) };
}

function* targetsFor(
  reference: Reference,
  sources: readonly TargetSource[],
  from: Reference | undefined,
): Generator<ReadTarget> {
  for (const source of sources) {
    const target = typeof source === 'function' ? source(reference, from) : source;
    if (target) yield target;
  }
}

export interface ResolvedKit {
  readonly target: ReadTarget;
  readonly descriptor: Descriptor;
}

/**
 * Finds the first target that has the name; if there is no `localhost/x:tag`, the kit that `kit` prints so, `x:tag`.
 * Throws `kit-not-found`.
 */
export async function resolveKit(
  reference: Reference,
  sources: readonly TargetSource[],
  from?: Reference,
): Promise<ResolvedKit> {
  const printed = asPrinted(reference);
  return (
    (printed && ((await firstIn(reference, sources, from)) ?? (await firstIn(printed, sources, from)))) ??
    resolveExactKit(reference, sources, from)
  );
}

async function firstIn(
  reference: Reference,
  sources: readonly TargetSource[],
  from: Reference | undefined,
): Promise<ResolvedKit | undefined> {
  if (!reference.reference) return undefined;
  for (const target of targetsFor(reference, sources, from)) {
    const descriptor = await target.resolve(repositoryOf(reference), reference.reference);
    if (descriptor) return { target, descriptor: requireSame(descriptor, reference) };
  }
  return undefined;
}

/** A digest vouches for what it names: nothing else is taken for that. */
function requireSame(descriptor: Descriptor, { isDigest, reference }: Reference): Descriptor {
  if (!isDigest || descriptor.digest === reference) return descriptor;
  throw new KitwrightError('descriptor-mismatch', `${descriptor.digest} was found for ${reference}.`, {
    data: { digest: reference ?? '', found: descriptor.digest },
  });
}

/** Finds the first target that has exactly this name. Throws `kit-not-found`. */
export async function resolveExactKit(
  reference: Reference,
  sources: readonly TargetSource[],
  from?: Reference,
): Promise<ResolvedKit> {
  const found = await firstIn(reference, sources, from);
  if (found) return found;
  const name = formatReference(reference);
  const targets = [...targetsFor(reference, sources, from)];
  const places = targets.every((target) => canLocate(target))
    ? 'in the local store'
    : targets.some((target) => canLocate(target))
      ? 'in the local store or at its registry'
      : 'at its registry';
  throw new KitwrightError('kit-not-found', `The kit ${name} was not found ${places}.`, { data: { reference: name } });
}

/** Reads a kit by its descriptor, as `loadKitAt` does. */
export type ReadKit = (descriptor: Descriptor, target: ReadTarget) => Promise<LoadedKit>;

/** What configs hold that were read before, by their digests. */
export type KnownConfigs = Map<string, Promise<unknown>>;

/**
 * Reads a kit by its descriptor. Several manifests may name one config: it is read once for the same `configs`. Throws
 * `descriptor-mismatch`, `kit-malformed`, `index-invalid`.
 */
export async function loadKitAt(
  descriptor: Descriptor,
  target: ReadTarget,
  configs: KnownConfigs = new Map(),
): Promise<LoadedKit> {
  requireKit(descriptor);
  const manifestBytes = await verifiedBytes(descriptor, target, maxManifestSize);
  const manifest = parseManifest(manifestBytes, descriptor.mediaType);
  if (!isKitManifest(manifest)) throw noKit(descriptor, manifest);
  const kitfile = await kitfileOf(manifest, target, configs);
  return { descriptor, manifest, manifestBytes, kitfile, target, layerSource: target };
}

/** An image that was made of a kit says of which one. */
function noKit({ digest }: Descriptor, { annotations }: Manifest): KitwrightError {
  const kit = annotations[annotationNames.kitDigest];
  return new KitwrightError('kit-malformed', `${digest} is no ModelKit.`, {
    data: { digest },
    ...(kit === undefined ? {} : { hint: `It is a container image of the kit ${jsonText(kit)}.` }),
  });
}

/** Throws `index-invalid` for an index, because one of its kits must be chosen first. */
export function requireKit({ mediaType, digest }: Descriptor): void {
  if (mediaType !== mediaTypes.index) return;
  throw new KitwrightError('index-invalid', `${digest} is an index and no ModelKit.`, {
    data: { digest },
    hint: 'See "kitwright index info" for its kits; pull and unpack choose one with --label.',
  });
}

/**
 * In a ModelPack the Kitfile is an annotation of the manifest; models of Docker and Ollama get one. What calls itself a
 * ModelKit has it in its config alone, as `kit` reads it: two readers must not see two Kitfiles in one digest.
 */
async function kitfileOf(manifest: Manifest, target: ReadTarget, configs: KnownConfigs): Promise<Kitfile> {
  const { artifactType, annotations, config } = manifest;
  if (config.mediaType === mediaTypes.kitConfig) return readConfig(config, target, configs, kitfileFromConfig);
  if (artifactType === mediaTypes.kitArtifact)
    throw new KitwrightError(
      'kit-malformed',
      `The kit has a config of type ${jsonText(config.mediaType)} and no Kitfile.`,
    );
  if (!isModelPack(manifest)) return foreignKitfile(manifest, await readConfig(config, target, configs, foreignConfig));
  const annotation = annotations[annotationNames.kitfile];
  return annotation === undefined ? kitfileFromManifest(manifest) : kitfileFromConfig(Buffer.from(annotation));
}

/** `read` is a function of the module: its name is part of what is known. */
function readConfig<T>(
  config: Descriptor,
  target: ReadTarget,
  configs: KnownConfigs,
  read: (bytes: Uint8Array) => T,
): Promise<T> {
  const key = `${read.name} ${config.digest} ${config.size}`;
  const reading = rememberRead(configs, key, async () => read(await verifiedBytes(config, target, maxManifestSize)));
  return reading as Promise<T>;
}

function isModelPack({ artifactType, config }: Manifest): boolean {
  return artifactType === mediaTypes.packArtifact || config.mediaType === mediaTypes.packConfig;
}
