import type { Statement } from '../host/Evidence.ts';
import { type Descriptor, descriptorOf } from '../oci/descriptor.ts';
import { contentOfBytes } from '../store/contentOf.ts';
import { storeArtifact } from '../store/referrers/storeArtifact.ts';
import { statementBytes } from './statementBytes.ts';
import type { HeldKit } from './withHeldKit.ts';

/** The media type of a statement (in-toto attestation, spec/v1/envelope.md), and of the artifact that holds an unsigned one. */
const statementType = 'application/vnd.in-toto+json';

/** As BuildKit and others mark it, so that tools find what they look for without reading it. */
const typeAnnotation = 'in-toto.io/predicate-type';

/**
 * Attaches a statement to a kit as it is, unsigned: it tells, and proves nothing. The same statement gives the same
 * artifact. Throws what the target throws.
 */
export function attachStatement({ target, repository, root }: HeldKit, statement: Statement): Promise<Descriptor> {
  const { mediaType, digest, size } = root;
  const subject = { mediaType, digest, size };
  const bytes = statementBytes({ subject, name: repository }, statement);
  const annotations = { [typeAnnotation]: statement.predicateType };
  const descriptor = { ...descriptorOf(statementType, bytes), annotations };
  const blobs = [{ descriptor, content: contentOfBytes(bytes) }];
  return storeArtifact(target, repository, subject, { artifactType: statementType, blobs, annotations });
}
