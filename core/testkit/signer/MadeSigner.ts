import type { Signer, SignerOptions } from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import type { Disposable } from '../suite/Bench.ts';

/** Makes a signer for one case. */
export type MakeSigner = (context: TestContext) => MadeSigner | Promise<MadeSigner>;

type Options = Pick<SignerOptions, 'key'> & Partial<SignerOptions>;

/** A signer, and keys for it. */
export interface MadeSigner extends Disposable {
  readonly signer: Signer;
  /** With a key; its password may be `context.secret`, and is then looked for in all that can be read. */
  readonly options: Options;
  /** With another key. */
  readonly other?: Options;
  /** With a password that is wrong. */
  readonly wrongPassword?: Options;
  /** It makes no attestations. */
  readonly withoutStatements?: boolean;
}
