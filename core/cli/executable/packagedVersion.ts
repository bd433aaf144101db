import { getAsset, getAssetKeys, isSea } from 'node:sea';

/** The version of a package that the executable holds; undefined for others, and where there is no executable. */
export function packagedVersion(name: string): string | undefined {
  const key = `node_modules/${name}/package.json`;
  if (!isSea() || !getAssetKeys().includes(key)) return undefined;
  return (JSON.parse(getAsset(key, 'utf8')) as { readonly version: string }).version;
}
