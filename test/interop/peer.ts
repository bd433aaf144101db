import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CliResult, runCli } from '../support/runCli.ts';

const kitBinary = process.env['KIT'] ?? assert.fail('KIT names the real kit; run "npm run interop".');

/** Runs the real kit with a store of its own. */
export function kit(cwd: string, home: string, ...args: readonly string[]): Promise<CliResult> {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'disable-update-notifications'), '');
  return runCli(['--config', home, ...args], { cwd, command: kitBinary });
}

export function kitwright(cwd: string, home: string, ...args: readonly string[]): Promise<CliResult> {
  return runCli(['--config', home, ...args], { cwd });
}

export function succeed(result: CliResult): CliResult {
  assert.equal(result.code, 0, result.stdout + result.stderr);
  return result;
}

/** Where cosign 2.6 finds a bundle it wants a root, also for a key that needs none. */
export const emptyRoot = '{"mediaType":"application/vnd.dev.sigstore.trustedroot+json;version=0.1"}';

interface Inspected {
  readonly manifest: {
    readonly config: { readonly digest: string };
    readonly layers: readonly { readonly digest: string }[] | null;
  };
}

/** Config digest and layer digests of a kit. */
export function digestsOf({ stdout }: CliResult): readonly string[] {
  const { manifest } = JSON.parse(stdout) as Inspected;
  return [manifest.config.digest, ...(manifest.layers ?? []).map(({ digest }) => digest)];
}

/** Paths, modes and contents of a tree. */
export function treeOf(root: string, below = ''): readonly string[] {
  return readdirSync(join(root, below)).flatMap((name) => {
    const path = below ? `${below}/${name}` : name;
    const stats = lstatSync(join(root, path));
    const mode = (stats.mode & 0o777).toString(8);
    if (stats.isDirectory()) return [`${path}/ ${mode}`, ...treeOf(root, path)];
    return [
      `${path} ${mode} ${createHash('sha256')
        .update(readFileSync(join(root, path)))
        .digest('hex')}`,
    ];
  });
}
