import { KitwrightError } from '../../errors/KitwrightError.ts';
import { cleanPath } from '../../files/cleanPath.ts';
import type { Kitfile, LayerDigests } from '../../kitfile/Kitfile.ts';
import type { Descriptor } from '../../oci/descriptor.ts';

/** A file that an amended kit holds. */
export interface AmendedFile {
  /** Clean, relative to the directory of the kit. */
  readonly path: string;
  readonly descriptor: Descriptor;
  readonly diffId: string;
}

type Element = LayerDigests & { readonly path?: string };

/**
 * Puts a file into a Kitfile: into the element of its path, which keeps its place and role, else as a new document. Throws
 * `amend-refused` if the file may lie in a layer with others, whose bytes would be needed.
 */
export function withFile(kitfile: Kitfile, file: AmendedFile): Kitfile {
  const elements = elementsIn(kitfile);
  const around = elements.find(({ path }) => path !== undefined && isAround(cleanPath(path), file.path));
  if (around) throw insideLayer(file.path, around.path ?? '');
  const layer = { digest: file.descriptor.digest, diffId: file.diffId };
  if (!elementAt(kitfile, file.path))
    return { ...kitfile, docs: [...(kitfile.docs ?? []), { path: file.path, ...layer }] };
  return mapElements(kitfile, (element) => (isAt(element, file.path) ? { ...element, ...layer } : element));
}

/** The element whose path is that of the file, if it has a layer. */
export function elementAt(kitfile: Kitfile, path: string): Element | undefined {
  return elementsIn(kitfile).find((element) => isAt(element, path));
}

/** Every element that has a layer. */
export function elementsIn(kitfile: Kitfile): readonly Element[] {
  const found: Element[] = [];
  mapElements(kitfile, (element) => {
    if (element.digest !== undefined) found.push(element);
    return element;
  });
  return found;
}

function isAt({ path, digest }: Element, wanted: string): boolean {
  return digest !== undefined && path !== undefined && cleanPath(path) === wanted;
}

function isAround(directory: string, path: string): boolean {
  return directory === '.' || path.startsWith(`${directory}/`);
}

function insideLayer(path: string, layer: string): KitwrightError {
  return new KitwrightError(
    'amend-refused',
    `${JSON.stringify(path)} may be in the layer ${JSON.stringify(layer)}, whose other bytes would be needed to change it.`,
    {
      data: { path, layer },
      hint: 'Give it a place of its own (FILE=PATH), or unpack the kit, change it and pack it again.',
    },
  );
}

function mapElements(kitfile: Kitfile, change: <T extends Element>(element: T) => T): Kitfile {
  const { model } = kitfile;
  const list = <K extends 'code' | 'datasets' | 'docs' | 'prompts' | 'mcpServers'>(section: K) =>
    kitfile[section] ? { [section]: kitfile[section].map((element) => change(element)) } : {};
  const parts = model?.parts ? { parts: model.parts.map((part) => change(part)) } : {};
  return {
    ...kitfile,
    ...(model ? { model: change({ ...model, ...parts }) } : {}),
    ...list('code'),
    ...list('datasets'),
    ...list('docs'),
    ...list('prompts'),
    ...list('mcpServers'),
  };
}

const fields: Readonly<Record<string, ReadonlySet<string>>> = {
  package: new Set(['name', 'version', 'description', 'license', 'authors']),
  model: new Set(['name', 'version', 'description', 'license', 'framework', 'format']),
};

/** Sets a field, such as `package.description`; an empty text removes it. Authors are separated by commas. Throws `usage`. */
export function withKitfileField(kitfile: Kitfile, name: string, text: string): Kitfile {
  const [, section = '', field = ''] = /^([a-z]{1,20})\.([a-z]{1,20})$/.exec(name) ?? [];
  if (!(Object.hasOwn(fields, section) && fields[section]?.has(field))) throw unknownField(name);
  if (section === 'model' && !kitfile.model) throw new KitwrightError('usage', `The kit has no model: ${name}.`);
  const before = (section === 'package' ? kitfile.package : kitfile.model) ?? {};
  const others = Object.fromEntries(Object.entries(before).filter(([key]) => key !== field));
  const value = field === 'authors' ? text.split(',').map((author) => author.trim()) : text;
  return { ...kitfile, [section]: { ...others, ...(text === '' ? {} : { [field]: value }) } };
}

function unknownField(name: string): KitwrightError {
  const known = Object.entries(fields).flatMap(([section, names]) => [...names].map((field) => `${section}.${field}`));
  return new KitwrightError('usage', `${JSON.stringify(name)} cannot be set; there are ${known.join(', ')}.`);
}
