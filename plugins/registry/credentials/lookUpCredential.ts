import { KitwrightError } from '@kitwright/core/plugin';
import type { RegistryOptions } from '../RegistryOptions.ts';
import type { Credential } from './dockerConfig.ts';
import { findCredential } from './findCredential.ts';
import { timeLimit } from './runHelper.ts';

/** The credential for one registry, looked up when it is needed, and only once. */
export interface CredentialLookup {
  /** For a registry that may allow anonymous access: undefined also if a helper fails or is slow. */
  readonly ifQuick: () => Promise<Credential | undefined>;
  /** For a registry that does not. Throws `unauthorized` with the reason why there is no credential. */
  readonly atLast: () => Promise<Credential | undefined>;
}

/** Time limit of a helper that may not be needed, in ms. */
const patience = 3_000;

export function lookUpCredential(
  host: string,
  repository: string,
  options: RegistryOptions,
  limits: { readonly quick: number; readonly full: number } = { quick: patience, full: timeLimit },
): CredentialLookup {
  if (options.anonymous) return nobody(host);
  const find = (limit: number) => findCredential(host, repository, options, limit);
  let quick: Promise<Credential | undefined> | undefined;
  let full: Promise<Credential | undefined> | undefined;
  return {
    ifQuick: () => {
      quick ??= find(limits.quick);
      return quick.catch(() => undefined);
    },
    atLast: () => {
      full ??= quick ? quick.catch((error: unknown) => ifSlow(error, () => find(limits.full))) : find(limits.full);
      return full;
    },
  };
}

function nobody(host: string): CredentialLookup {
  return {
    ifQuick: async () => undefined,
    atLast: async () => {
      throw new KitwrightError('unauthorized', `${host} got none of your credentials: only a kit refers to it.`, {
        data: { host },
        hint: `To allow it: --allow-registry ${host}, or "allowRegistry" in your own config.`,
      });
    },
  };
}

function ifSlow<T>(error: unknown, again: () => Promise<T>): Promise<T> {
  if (error instanceof KitwrightError && error.data['slow'] === true) return again();
  throw error;
}
