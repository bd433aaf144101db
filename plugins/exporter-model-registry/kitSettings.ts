import { type ExportRequest, type JsonObject, KitwrightError, parseReference } from '@kitwright/core/plugin';

/** What is registered. */
export interface KitSettings {
  /** Of the registered model. */
  readonly name: string;
  readonly version: string;
  readonly author: string | undefined;
  readonly description: string | undefined;
  /** Where the kit is, by its digest: `oci://registry/repository@sha256:...`. */
  readonly uri: string;
  readonly format: string | undefined;
  readonly properties: JsonObject;
}

/** Reads the destination and the options `version`, `author` and `property.NAME`. Throws `usage`. */
export function kitSettings({ reference, descriptor, destination, options, kitfile }: ExportRequest): KitSettings {
  const { version, author = kitfile.package?.authors?.[0], ...others } = options;
  const [unknown] = Object.keys(others).filter((key) => !/^property\../.test(key));
  if (unknown !== undefined)
    throw new KitwrightError('usage', `The exporter model-registry has no option ${JSON.stringify(unknown)}.`, {
      hint: 'There are version, author, and property.NAME for each property.',
    });
  const { registry, repository, reference: tag } = parseReference(reference.replace(/^(?:store|registry):/, ''));
  if (!/[.:]/.test(registry))
    throw new KitwrightError('usage', `${reference} names no registry, so nobody else finds this kit.`, {
      hint: 'Push it, and name it there: registry.example.com/team/model:v1.',
    });
  const own = Object.entries(others).map(([key, value]) => [key.slice('property.'.length), value]);
  const license = kitfile.package?.license;
  const texts = {
    ...Object.fromEntries(own),
    ...(license ? { license } : {}),
    'kit.digest': descriptor.digest,
    'kit.reference': reference,
  };
  return {
    name: checked('name of a model', destination),
    version: checked(
      'version',
      version ?? kitfile.package?.version ?? (tag && !tag.includes(':') ? tag : descriptor.digest),
    ),
    author,
    description: kitfile.package?.description,
    uri: `oci://${registry}/${repository}@${descriptor.digest}`,
    format: kitfile.model?.format ?? kitfile.model?.framework,
    properties: Object.fromEntries(
      Object.entries(texts).map(([key, value]) => [key, { metadataType: 'MetadataStringValue', string_value: value }]),
    ),
  };
}

function checked(what: string, text: string): string {
  if (text.trim() && text.length <= 255 && !/\p{Cc}/u.test(text)) return text;
  throw new KitwrightError('usage', `${JSON.stringify(text)} is no ${what}.`);
}
