import { type AddTest, addCases } from '../suite/addCases.ts';
import { openBench } from '../suite/Bench.ts';
import type { OpenBench } from '../suite/Case.ts';
import { garbage } from '../suite/hostile.ts';
import { leakCase } from '../suite/leftovers.ts';
import { endOf, secretCase } from '../suite/printedBy.ts';
import { forgeryCases } from './forgeryCases.ts';
import { keyCases } from './keyCases.ts';
import { fullOptions, type MakeVerifier } from './MadeVerifier.ts';
import { kitNamed, type ProofBench, type ProofCase, signedFor, subject, withBytes } from './ProofBench.ts';
import { proofCases } from './proofCases.ts';

/** The rules for verifiers, and for what a signer verifies of its own. */
export const verifierCases: readonly ProofCase[] = [
  ...proofCases,
  ...forgeryCases,
  ...keyCases,
  secretCase(useAll),
  leakCase(useAll),
];

/**
 * Tests a verifier: each rule is one test of the runner (`test` of node:test, vitest or jest), on a verifier that `make`
 * makes for it. What the maker gives no means for is skipped, with the reason.
 */
export function testVerifier(test: AddTest, make: MakeVerifier): void {
  addCases(test, verifierCases, openVerifierBench(make));
}

function openVerifierBench(make: MakeVerifier): OpenBench<ProofBench> {
  const open = openBench(make);
  return async () => {
    const bench = await open();
    const { made, context } = bench;
    const { verifier, sign, forge, withoutStatements = false } = made;
    const options = fullOptions(made.options);
    return {
      opened: await verifier.open(options, context),
      sign: async (request) => sign(request),
      forge: forge && (async (request) => forge(request)),
      withoutStatements,
      open: (other) => verifier.open(other, context),
      options,
      context,
      [Symbol.asyncDispose]: bench[Symbol.asyncDispose],
    };
  };
}

/** What is done with a verifier, with and without success; gives all results and errors. */
export async function useAll(bench: ProofBench): Promise<readonly unknown[]> {
  const ends: unknown[] = [await endOf(() => bench.open({ ...bench.options, key: '/missing/key.pem' }))];
  for (const evidence of await signedFor(bench)) {
    ends.push(await endOf(() => bench.opened.verify(evidence, subject)));
    ends.push(await endOf(() => bench.opened.verify(evidence, kitNamed('another'))));
    for (const bytes of Object.values(garbage))
      ends.push(await endOf(() => bench.opened.verify(withBytes(evidence, 0, bytes), subject)));
  }
  return ends;
}
