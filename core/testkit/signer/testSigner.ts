import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import type { Case, OpenBench } from '../suite/Case.ts';
import { fullOptions } from '../verifier/MadeVerifier.ts';
import { verifierCases } from '../verifier/testVerifier.ts';
import type { MakeSigner } from './MadeSigner.ts';
import { type SignBench, signCases } from './signCases.ts';

/** The rules for signers: what they make, and that they prove what they made and nothing else. */
export const signerCases: readonly Case<SignBench>[] = [...signCases, ...verifierCases];

/**
 * Tests a signer: each rule is one test of the runner (`test` of node:test, vitest or jest), on a signer that `make`
 * makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testSigner(test: AddTest, make: MakeSigner): void {
  addCases(test, signerCases, openSignBench(make));
}

function openSignBench(make: MakeSigner): OpenBench<SignBench> {
  const open = openBench(make);
  return async () => {
    const bench = await open();
    const { made, context } = bench;
    const { signer, other, withoutStatements = false } = made;
    let asked = 0;
    const given = fullOptions(made.options);
    const options = {
      ...given,
      password: async (question: string) => {
        asked++;
        return given.password(question);
      },
    };
    const opened = await signer.open(options, context);
    return {
      opened: opened.own,
      sign: (request) => opened.sign(request),
      // Opened when it is needed: to open a key may take long.
      forge: other && (async (request) => (await signer.open(fullOptions(other), context)).sign(request)),
      withoutStatements,
      open: (others) => signer.open(others, context),
      options,
      context,
      made,
      asked: () => asked,
      [Symbol.asyncDispose]: bench[Symbol.asyncDispose],
    };
  };
}
