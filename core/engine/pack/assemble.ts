import { messageOf } from '../errors/errorData.ts';
import { KitwrightError } from '../errors/KitwrightError.ts';
import type { KitDraft, Layer, ModelKit } from '../host/nouns.ts';
import type { Kitfile, LayerDigests } from '../kitfile/Kitfile.ts';
import { configFields } from '../kits/configFields.ts';
import { countUses } from '../layers/countUses.ts';
import { descriptorOf } from '../oci/descriptor.ts';
import { goJson } from '../oci/goJson.ts';
import { manifestBytes } from '../oci/manifest.ts';
import { annotationNames, mediaTypes } from '../oci/mediaTypes.ts';
import { maxManifestSize } from '../oci/parseJsonObject.ts';
import { strictJson } from '../oci/strictJson.ts';
import { version } from '../version.ts';

/** RFC 3339 in UTC, whole seconds. */
export function isoSeconds(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The first form of a kit's config and manifest, for the `manifest` hook. Without a time, unless one was given. */
export function draftKit(
  kitfile: Kitfile,
  layers: readonly Layer[],
  createdAt: number | undefined,
  annotations: Readonly<Record<string, string>> = {},
): KitDraft {
  const marked = withDigests(kitfile, layers);
  return {
    kitfile: marked,
    layers,
    configMediaType: mediaTypes.kitConfig,
    configBytes: Buffer.from(goJson(configFields(marked))),
    manifest: {
      artifactType: mediaTypes.kitArtifact,
      annotations: {
        [annotationNames.cliVersion]: version,
        ...(createdAt === undefined ? {} : { [annotationNames.created]: isoSeconds(createdAt) }),
        ...annotations,
      },
    },
    createdAt,
  };
}

/** Adds `digest` and `diffId` to each element that has a layer. */
function withDigests(kitfile: Kitfile, layers: readonly Layer[]): Kitfile {
  const digests = new Map(
    layers.map(({ entry, descriptor, diffId }) => [entry.id, { digest: descriptor.digest, diffId }]),
  );
  const mark = <T extends LayerDigests>(id: string, element: T): T => ({ ...element, ...digests.get(id) });
  const list = <K extends 'code' | 'datasets' | 'docs' | 'prompts' | 'mcpServers'>(section: K) =>
    kitfile[section] ? { [section]: kitfile[section].map((element, i) => mark(`${section}.${i}`, element)) } : {};
  const { model } = kitfile;
  const parts = model?.parts ? { parts: model.parts.map((part, i) => mark(`model.parts.${i}`, part)) } : {};
  return {
    ...kitfile,
    ...(model ? { model: mark('model', { ...model, ...parts }) } : {}),
    ...list('code'),
    ...list('datasets'),
    ...list('docs'),
    ...list('prompts'),
    ...list('mcpServers'),
  };
}

/** The bytes of a kit. Throws `kitfile-invalid` if they, or the elements with the same layer, are more than readers accept. */
export function assembleKit(draft: KitDraft): ModelKit {
  checkSize('config', draft.configBytes);
  if (draft.configMediaType === mediaTypes.kitConfig) checkReadable(draft.configBytes);
  countUses(
    draft.layers.map(({ descriptor }) => descriptor),
    tooOften,
  );
  const config = descriptorOf(draft.configMediaType, draft.configBytes);
  const bytes = manifestBytes({ ...draft.manifest, config, layers: draft.layers.map(({ descriptor }) => descriptor) });
  checkSize('manifest', bytes);
  return {
    kitfile: draft.kitfile,
    layers: draft.layers,
    config,
    configBytes: draft.configBytes,
    root: descriptorOf(mediaTypes.manifest, bytes),
    manifestBytes: bytes,
  };
}

function tooOften(digest: string): KitwrightError {
  const message = `Too many elements of the Kitfile have the same content: the layer ${digest}.`;
  return new KitwrightError('kitfile-invalid', message, {
    data: { digest },
    hint: 'Pack the files as one directory: a layer holds any number of them.',
  });
}

/** What packs must unpack: readers here refuse more than large configs. */
function checkReadable(config: Uint8Array): void {
  try {
    strictJson(config, 'config');
  } catch (cause) {
    throw new KitwrightError('kitfile-invalid', `The Kitfile makes a kit that could not be read: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Aliases can make a small Kitfile large. */
function checkSize(what: string, { byteLength }: Uint8Array): void {
  if (byteLength <= maxManifestSize) return;
  const message = `The Kitfile makes a ${what} of ${byteLength} bytes; readers accept at most ${maxManifestSize}.`;
  throw new KitwrightError('kitfile-invalid', message, { data: { bytes: byteLength } });
}
