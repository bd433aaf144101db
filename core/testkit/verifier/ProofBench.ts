import {
  type Descriptor,
  descriptorOf,
  type Evidence,
  mediaTypes,
  type OpenedVerifier,
  type SignerOptions,
  type SignRequest,
  type StoredEvidence,
  type Verified,
} from '@kitwright/core/plugin';
import type { TestContext } from '../context/testContext.ts';
import { benchCase, type Case, NotRun } from '../suite/Case.ts';
import { deepFreeze } from '../suite/deepFreeze.ts';
import { endsWell } from '../suite/hostile.ts';

/** An open verifier, somebody whom it trusts, and perhaps somebody else. */
export interface ProofBench {
  readonly opened: OpenedVerifier;
  readonly sign: (request: SignRequest) => Promise<readonly Evidence[]>;
  readonly forge: ((request: SignRequest) => Promise<readonly Evidence[]>) | undefined;
  readonly withoutStatements: boolean;
  /** Opens with other options. */
  readonly open: (options: SignerOptions) => Promise<unknown>;
  readonly options: SignerOptions;
  readonly context: TestContext;
}

export type ProofCase = Case<ProofBench>;

export const proofCase: (name: string, run: (bench: ProofBench) => Promise<void>) => ProofCase = benchCase;

/** The manifest of a kit. */
export function kitNamed(name: string): Descriptor {
  return descriptorOf(mediaTypes.manifest, Buffer.from(JSON.stringify({ schemaVersion: 2, name })));
}

export const subject = kitNamed('one');

export const request: SignRequest = deepFreeze({
  subject,
  repository: 'registry.example.com/team/model',
  annotations: { stage: 'release', text: '<&> "ü" \\ end' },
});

export const statement = {
  predicateType: 'https://example.com/predicate/v1',
  predicate: { list: [1, null, true, { text: '<&>ü' }], empty: {} },
};

/** As a target holds it. */
export function storedOf(evidence: Evidence): StoredEvidence {
  const lines = evidence.blobs.map(({ mediaType, bytes }) => descriptorOf(mediaType, bytes).digest);
  return { ...evidence, descriptor: descriptorOf(mediaTypes.manifest, Buffer.from(lines.join())) };
}

/** What is signed for a request. Throws `NotRun` for statements where there are none. */
export async function signedFor(bench: ProofBench, what: SignRequest = request): Promise<readonly StoredEvidence[]> {
  if (what.statement && bench.withoutStatements) throw new NotRun('it makes no attestations');
  return (await bench.sign(what)).map(storedOf);
}

/** What is proven: nothing if it is refused, which must be said by an error of Kitwright, and soon. */
export async function provenBy(
  { opened }: ProofBench,
  evidence: StoredEvidence,
  what: string,
  about: Descriptor = subject,
): Promise<readonly Verified[]> {
  return (await endsWell(what, () => opened.verify(evidence, about))) ?? [];
}

/** The evidence with other bytes in one blob. */
export function withBytes(evidence: StoredEvidence, at: number, bytes: Uint8Array): StoredEvidence {
  return { ...evidence, blobs: evidence.blobs.map((blob, i) => (i === at ? { ...blob, bytes } : blob)) };
}
