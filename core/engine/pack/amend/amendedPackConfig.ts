import { KitwrightError } from '../../errors/KitwrightError.ts';
import type { Kitfile } from '../../kitfile/Kitfile.ts';
import type { LoadedKit } from '../../kits/loadKit.ts';
import type { Descriptor } from '../../oci/descriptor.ts';
import { goJson, type JsonNode } from '../../oci/goJson.ts';
import { jsonText, plainText } from '../../oci/jsonText.ts';
import { isObject, type JsonObject, parseJsonObject } from '../../oci/parseJsonObject.ts';
import type { AmendedFile } from './amendKitfile.ts';

/** What the config of a ModelPack says otherwise. */
export interface PackChanges {
  readonly kitfile: Kitfile;
  readonly layers: readonly Descriptor[];
  readonly files: readonly AmendedFile[];
}

/**
 * The config of a ModelPack with other layers (`modelfs.diffIds`) and words (model-spec, config.md); all else stays as it is.
 * Throws `amend-refused` for one that does not list its layers.
 */
export function amendedPackConfig(
  before: Uint8Array,
  kit: LoadedKit,
  { kitfile, layers, files }: PackChanges,
): Uint8Array {
  const json = parseJsonObject(before, 'config');
  const descriptor = { ...objectOf(json['descriptor']), ...changedWords(kit.kitfile, kitfile) };
  const modelfs = { ...objectOf(json['modelfs']), diffIds: diffIdsOf(json, kit, layers, files) };
  const format = kitfile.model?.format;
  const config = { ...objectOf(json['config']), ...(format === kit.kitfile.model?.format ? {} : { format }) };
  return Buffer.from(goJson(plain({ ...json, descriptor, modelfs, config }) as JsonNode));
}

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Without fields that were removed; large whole numbers stay as they are. */
function plain(json: JsonObject): unknown {
  return parseJsonObject(Buffer.from(jsonText(json)), 'config');
}

/** The words of `package` under the names that they have in a ModelPack, as far as they changed. */
function changedWords({ package: before = {} }: Kitfile, { package: after = {} }: Kitfile): JsonObject {
  const words = {
    name: after.name === before.name ? {} : { name: after.name, title: after.name },
    version: after.version === before.version ? {} : { version: after.version },
    description: after.description === before.description ? {} : { description: after.description },
    license: after.license === before.license ? {} : { licenses: after.license && [after.license] },
    authors: after.authors === before.authors ? {} : { authors: after.authors },
  };
  return Object.assign({}, ...Object.values(words)) as JsonObject;
}

function diffIdsOf(
  { modelfs }: JsonObject,
  { manifest, descriptor }: LoadedKit,
  layers: readonly Descriptor[],
  files: readonly AmendedFile[],
): readonly string[] {
  const ids = objectOf(modelfs)['diffIds'];
  const known = Array.isArray(ids) && ids.length === manifest.layers.length ? ids.map(plainText) : undefined;
  if (!known)
    throw new KitwrightError(
      'amend-refused',
      `The config of ${descriptor.digest} does not list its layers (modelfs.diffIds).`,
    );
  const byDigest = new Map([
    ...manifest.layers.map(({ digest }, i) => [digest, known[i] ?? ''] as const),
    ...files.map((file) => [file.descriptor.digest, file.diffId] as const),
  ]);
  return layers.map(({ digest }) => byDigest.get(digest) ?? digest);
}
