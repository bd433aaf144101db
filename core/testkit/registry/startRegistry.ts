import { createContent, type RegistryContent } from './content.ts';
import { type Family, type FamilyName, families } from './families.ts';
import type { Fault } from './faults.ts';
import type { LoggedRequest } from './LoggedRequest.ts';
import { listen } from './listen.ts';
import { serveRegistry } from './serveRegistry.ts';
import { serveStorage } from './serveStorage.ts';
import { type AuthOptions, createGate } from './tokens.ts';

export interface RegistryOptions {
  readonly auth?: AuthOptions;
  /** Can blobs of other repositories be mounted? True by default. */
  readonly mounts?: boolean;
  /** Tags on one page; 1000 by default. */
  readonly pageSize?: number;
  /** Behaves like registries of this family. */
  readonly family?: FamilyName;
}

export interface TestRegistry extends AsyncDisposable {
  /** `127.0.0.1:port` */
  readonly host: string;
  readonly content: RegistryContent;
  readonly requests: readonly LoggedRequest[];
  /** Faults; may be added and removed at any time. */
  readonly faults: Fault[];
}

/** Starts an OCI registry on loopback, in memory. It stops when it is disposed. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const { mounts = true, pageSize = 1000, auth } = options;
  const [content, requests, faults]: [RegistryContent, LoggedRequest[], Fault[]] = [createContent(), [], []];
  const family: Family | undefined = options.family && families[options.family];
  const gate = createGate(auth && { ...auth, tokens: { ...family?.tokens, ...auth.tokens } });
  const other = family?.redirects ? await listen(serveStorage(content, requests)) : undefined;
  const storage = other && `http://${other.host}`;
  const registry = await listen(serveRegistry({ content, requests, faults, gate, mounts, pageSize, family, storage }));
  return {
    host: registry.host,
    content,
    requests,
    faults,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([registry.close(), other?.close()]);
    },
  };
}
