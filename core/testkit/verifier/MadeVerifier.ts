import type { Evidence, SignerOptions, SignRequest, Verifier } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a verifier for one case. */
export type MakeVerifier = (context: TestContext) => MadeVerifier | Promise<MadeVerifier>;

/** A verifier, whom it trusts, and what it verifies. */
export interface MadeVerifier extends Disposable {
  readonly verifier: Verifier;
  /** The key, or the identity, that is trusted. */
  readonly options: Pick<SignerOptions, 'key'> & Partial<SignerOptions>;
  /** Signs as who is trusted; makes an attestation if a statement is asked for. */
  readonly sign: (request: SignRequest) => readonly Evidence[] | Promise<readonly Evidence[]>;
  /** Signs as somebody who is not trusted. */
  readonly forge?: (request: SignRequest) => readonly Evidence[] | Promise<readonly Evidence[]>;
  /** It makes and reads no attestations. */
  readonly withoutStatements?: boolean;
}

/** What `open` gets. */
export function fullOptions({ options = {}, password, ...given }: MadeVerifier['options']): SignerOptions {
  return { ...given, options, password: password ?? (async () => undefined) };
}
