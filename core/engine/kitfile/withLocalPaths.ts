import { cleanPath } from '../files/cleanPath.ts';
import type { Kitfile, ModelSection } from './Kitfile.ts';
import { type IsReference, isAbsolutePath, isUrl, namesKit } from './localPath.ts';

/** What is at a clean path of the packed directory; undefined if nothing is there. */
export type KindAt = (path: string) => 'file' | 'directory' | undefined;

const lists = ['code', 'datasets', 'docs', 'prompts', 'mcpServers'] as const;

/**
 * A path with a colon that exists is a file. Returns a Kitfile in which such paths begin with `./`, so that no reader
 * takes them for a kit or a URL. `epoch:3.ckpt` becomes `./epoch:3.ckpt`.
 */
export function withLocalPaths(kitfile: Kitfile, kindAt: KindAt, isReference: IsReference): Kitfile {
  const isMisread = (path: string) => !isAbsolutePath(path) && (isUrl(path) || namesKit(path, isReference));
  const local = <T extends { readonly path?: string }>(element: T): T => {
    const { path = '' } = element;
    return isMisread(path) && kindAt(cleanPath(path)) ? { ...element, path: `./${path}` } : element;
  };
  const localModel = (model: ModelSection): ModelSection => ({
    ...(mayBeTag(model, kindAt) ? model : local(model)),
    ...(model.parts ? { parts: model.parts.map(local) } : {}),
  });
  const mapped = lists.flatMap((name) => (kitfile[name] ? [[name, kitfile[name].map(local)] as const] : []));
  const model = kitfile.model ? { model: localModel(kitfile.model) } : {};
  return { ...kitfile, ...model, ...Object.fromEntries(mapped) };
}

/** `model.path` may name a kit: `net:v1`, which ends like a tag, is read as a kit even if a file has that name. */
function mayBeTag({ path = '' }: ModelSection, kindAt: KindAt): boolean {
  return !/:[^:]*\./.test(path) && kindAt(cleanPath(path)) === 'file';
}
