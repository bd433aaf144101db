import { createKitwright } from '@kitwright/core';
import type { MadeTarget, TestContext } from '@kitwright/testkit';
import { webdav } from '../index.ts';

/** Opens a folder of a server, which ends with it, for the testkit. */
export function openInTest(url: string, context: TestContext, server: AsyncDisposable): MadeTarget {
  const { wait, home } = context;
  const kitwright = createKitwright({ plugins: [webdav({ wait })], home });
  const provider = kitwright.capabilities.get('target', 'webdav');
  const openWith = (given: TestContext) => provider.open(url, 'push', given).target;
  return {
    target: openWith(context),
    reopen: (_, another) => openWith(another),
    dispose: async () => {
      await kitwright.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
