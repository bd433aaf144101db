import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { tarballName } from '../../.ci/release/packPackages.ts';
import { type Manifest, publishedPackages } from './publishedPackages.ts';
import { cliPath } from './runCli.ts';

/** A registry of npm on loopback, from which packages are only installed. */
export interface PackageRegistry extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
}

/** Where `installedCli` packed them. */
const packed = join(dirname(dirname(dirname(dirname(cliPath)))), 'tarballs');

/**
 * Serves `kitwright` and all that it needs, as far as the folder has their tarballs: what is optional may be left out.
 * Source: npm, "Package Metadata".
 */
export async function startPackageRegistry(folder: string = packed): Promise<PackageRegistry> {
  const manifests = publishedPackages()
    .map(({ manifest }) => manifest)
    .filter((manifest) => existsSync(join(folder, tarballName(manifest))));
  const byName = new Map(manifests.map((manifest) => [manifest.name, manifest]));
  const names = new Set(manifests.map(tarballName));
  const asked: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url);
    const path = decodeURIComponent(url).slice(1);
    const manifest = byName.get(path);
    if (manifest) response.end(JSON.stringify(packument(manifest, folder, urlOf(server.address()))));
    else if (names.has(path)) response.end(readFileSync(join(folder, path)));
    else response.writeHead(404).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: urlOf(server.address()),
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function urlOf(address: AddressInfo | string | null): string {
  return `http://127.0.0.1:${(address as AddressInfo).port}`;
}

function packument(manifest: Manifest, folder: string, url: string) {
  const { name, version } = manifest;
  const file = tarballName(manifest);
  const hash = createHash('sha512').update(readFileSync(join(folder, file)));
  const dist = { tarball: `${url}/${file}`, integrity: `sha512-${hash.digest('base64')}` };
  return { name, 'dist-tags': { latest: version }, versions: { [version]: { ...manifest, dist } } };
}
