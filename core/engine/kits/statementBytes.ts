import type { Statement } from '../host/Evidence.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import { hexOf } from '../oci/digest.ts';
import { Fields, goJson } from '../oci/goJson.ts';

/** The manifest that a statement is about. */
export interface StatementSubject {
  readonly subject: Descriptor;
  /** As other tools show it; undefined for none. */
  readonly name?: string | undefined;
  /** Only of signatures: `-a`. */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * The bytes of a statement (in-toto attestation, spec/v1/statement.md): the same for the same content, whatever order its
 * fields have.
 */
export function statementBytes(
  { subject, name, annotations = {} }: StatementSubject,
  { predicateType, predicate }: Statement,
): Uint8Array {
  const about = new Fields([
    ['name', name],
    ['digest', { sha256: hexOf(subject.digest) }],
    ['annotations', Object.keys(annotations).length ? annotations : undefined],
  ]);
  const fields = new Fields([
    ['_type', 'https://in-toto.io/Statement/v1'],
    ['subject', [about]],
    ['predicateType', predicateType],
    ['predicate', predicate],
  ]);
  return Buffer.from(goJson(fields));
}
