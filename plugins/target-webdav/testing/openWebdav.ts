import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKitwright } from '@kitwright/core';
import { definePlugin, type HostCredential, type OpenContext, type Target, type Wait } from '@kitwright/core/plugin';
import { createPluginFetch } from '../../registry/connection/createPluginFetch.ts';
import { webdav } from '../index.ts';

export interface OpenedWebdav extends AsyncDisposable {
  readonly target: Target;
}

/** Opens a target with the real client; by default nothing waits. */
export function openWebdav(url: string, login?: HostCredential, wait: Wait = async () => undefined): OpenedWebdav {
  const home = mkdtempSync(join(tmpdir(), 'kitwright-test-'));
  const { signal } = new AbortController();
  const send = createPluginFetch({ home, env: {}, userAgent: 'test', signal, wait });
  const credentials: OpenContext['credentials'] = async () => login;
  const network = definePlugin({
    name: 'network',
    apiVersion: 1,
    apply: ({ register }) => register('network', { id: 'test', fetch: send, credentials }),
  });
  const kitwright = createKitwright({ plugins: [webdav({ wait }), network], home });
  const provider = kitwright.capabilities.get('target', 'webdav');
  return {
    target: provider.open(url, 'push', kitwright.contextFor('@kitwright/target-webdav')).target,
    [Symbol.asyncDispose]: async () => {
      await kitwright.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
