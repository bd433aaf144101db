import { isDigest, KitwrightError } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { shownRequest } from './networkError.ts';

/**
 * Compares the digest of a manifest with the requested one, else with the header of the answer. Throws
 * `descriptor-mismatch`; `remote-malformed` for digests of another kind.
 */
export function checkDigest(request: HttpRequest, answer: HttpAnswer, reference: string, digest: string): void {
  const promised = isDigest(reference) ? reference : answer.header('docker-content-digest');
  if (promised === undefined || promised === digest) return;
  if (!isDigest(promised))
    throw new KitwrightError(
      'remote-malformed',
      `${shownRequest(request)}: digests of the kind ${JSON.stringify(promised.slice(0, 20))} are not supported.`,
    );
  throw new KitwrightError(
    'descriptor-mismatch',
    `${shownRequest(request)} was answered with ${digest} instead of ${promised}.`,
    {
      data: { digest, promised, request: shownRequest(request) },
    },
  );
}
