import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { publishedPackages } from './publishedPackages.ts';
import { cliPath } from './runCli.ts';

/** A registry of npm packages on loopback that has what `installedCli` packed. */
export interface PackageRegistry extends AsyncDisposable {
  readonly url: string;
  /** Paths that were asked for, in order. */
  readonly asked: readonly string[];
}

/** Serves documents of packages and their tarballs, as `npm install` asks for them. */
export async function startPackageRegistry(): Promise<PackageRegistry> {
  const folder = join(dirname(dirname(dirname(dirname(cliPath)))), 'tarballs');
  const tarballs = new Map(readdirSync(folder).map((file) => [`/${file}`, readFileSync(join(folder, file))]));
  const asked: string[] = [];
  let url = '';
  const documents = new Map(
    publishedPackages().map(({ name, manifest }) => {
      const prefix = name.replace('@', '').replace('/', '-');
      const [file = '', bytes] =
        [...tarballs].find(([path]) => /^\/(.*)-\d[^-]*\.tgz$/.exec(path)?.[1] === prefix) ?? [];
      const integrity = `sha512-${createHash('sha512')
        .update(bytes ?? '')
        .digest('base64')}`;
      const version = String((manifest as { readonly version?: string }).version);
      return [
        name,
        () => ({
          name,
          'dist-tags': { latest: version },
          versions: { [version]: { ...manifest, dist: { tarball: `${url}${file}`, integrity } } },
        }),
      ] as const;
    }),
  );
  const server = createServer(({ url: path = '' }, response) => {
    asked.push(path);
    const document = documents.get(decodeURIComponent(path.slice(1)));
    const bytes = tarballs.get(path) ?? (document && JSON.stringify(document()));
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes ?? '{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
