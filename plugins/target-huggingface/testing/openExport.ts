import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createKitwright } from '@kitwright/core';
import { definePlugin, descriptorOf, type HostCredential } from '@kitwright/core/plugin';
import { createPluginFetch } from '../../registry/connection/createPluginFetch.ts';
import targetHuggingFace from '../index.ts';

export interface OpenedExport extends AsyncDisposable {
  /** Absolute path of the folder that stands for the unpacked kit. */
  readonly folder: string;
  /** All that was said, as lines. */
  readonly said: readonly string[];
  readonly export: (destination?: string, options?: Readonly<Record<string, string>>) => Promise<readonly string[]>;
}

/** What an export finds. */
export interface ExportSurroundings {
  readonly env: Readonly<Record<string, string>>;
  readonly login?: HostCredential;
}

export const exportedDescriptor = descriptorOf('application/vnd.oci.image.manifest.v1+json', Buffer.from('{}'));

/** Exports these files with the real client; nothing waits. */
export function openExport(
  files: Readonly<Record<string, string | Uint8Array>>,
  { env, login }: ExportSurroundings,
): OpenedExport {
  const home = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  const folder = join(home, 'kit');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  const { signal } = new AbortController();
  const wait = async () => undefined;
  const send = createPluginFetch({ home, env: {}, userAgent: 'test', signal, wait });
  const network = definePlugin({
    name: 'network',
    apiVersion: 1,
    apply: ({ register }) => register('network', { id: 'test', fetch: send, credentials: async () => login }),
  });
  const said: string[] = [];
  const listener = definePlugin({
    name: 'listener',
    apiVersion: 1,
    apply: ({ hooks }) => hooks.diagnostic.tap(({ message }) => void said.push(message)),
  });
  const kitwright = createKitwright({ plugins: [targetHuggingFace({ wait }), network, listener], home, env });
  const exporter = kitwright.capabilities.get('exporter', 'huggingface');
  const request = { reference: 'team/net:v1', descriptor: exportedDescriptor, kitfile: { package: { name: 'net' } } };
  return {
    folder,
    said,
    export: (destination = 'org/net', options = {}) =>
      exporter.export(
        { ...request, destination, options, unpack: async () => folder },
        kitwright.contextFor('@kitwright/target-huggingface'),
      ),
    [Symbol.asyncDispose]: async () => {
      await kitwright.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
