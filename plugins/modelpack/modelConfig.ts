import { Fields, type JsonNode, type KitDraft, type Kitfile } from '@kitwright/core/plugin';

/** The config of a ModelPack (model-spec, config.md). */
export function modelConfig(draft: KitDraft): JsonNode {
  const { package: pkg, model } = draft.kitfile;
  return new Fields([
    [
      'descriptor',
      new Fields([
        ['createdAt', createdAt(draft)],
        ['authors', orAbsent(pkg?.authors)],
        ['name', text(pkg?.name)],
        ['version', text(pkg?.version)],
        ['licenses', orAbsent(licensesOf(draft.kitfile))],
        ['title', text(pkg?.name)],
        ['description', text(pkg?.description)],
      ]),
    ],
    [
      'modelfs',
      new Fields([
        ['type', 'layers'],
        ['diffIds', draft.layers.map(({ diffId }) => diffId)],
      ]),
    ],
    ['config', new Fields([['format', text(model?.format)]])],
  ]);
}

/** 1970 unless a time was given: the same files must give the same bytes at any time. */
function createdAt({ createdAt: seconds }: KitDraft): string {
  return new Date((seconds ?? 0) * 1000).toISOString().replace('.000Z', 'Z');
}

function orAbsent<T extends readonly unknown[]>(list: T | undefined): T | undefined {
  return list?.length ? list : undefined;
}

function text(value: string | undefined): string | undefined {
  return value || undefined;
}

/** All licences in the Kitfile, sorted, without duplicates. */
function licensesOf({ package: pkg, model, code, datasets }: Kitfile): readonly string[] {
  const elements = [pkg, model, ...(model?.parts ?? []), ...(code ?? []), ...(datasets ?? [])];
  return [...new Set(elements.flatMap((element) => (element?.license ? [element.license] : [])))].sort();
}
