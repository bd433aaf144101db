import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { tarballName } from '../../.ci/release/packPackages.ts';
import type { Manifest } from '../support/publishedPackages.ts';

/** A registry of npm on loopback, from which packages are only installed. */
export interface NpmRegistry extends AsyncDisposable {
  readonly url: string;
}

/** Serves the tarballs in a folder, of packages with these manifests. Source: npm, "Package Metadata". */
export async function startNpmRegistry(folder: string, manifests: readonly Manifest[]): Promise<NpmRegistry> {
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const manifest = byName.get(path);
    const tarball = manifests.map(tarballName).find((name) => path === `tarballs/${name}`);
    if (manifest) response.end(JSON.stringify(packument(manifest, folder, urlOf(server.address()))));
    else if (tarball) response.end(readFileSync(join(folder, tarball)));
    else response.writeHead(404).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: urlOf(server.address()),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}

function packument(manifest: Manifest, folder: string, url: string) {
  const { name, version } = manifest;
  const file = tarballName(manifest);
  const integrity = `sha512-${createHash('sha512')
    .update(readFileSync(join(folder, file)))
    .digest('base64')}`;
  const dist = { tarball: `${url}/tarballs/${file}`, integrity };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
