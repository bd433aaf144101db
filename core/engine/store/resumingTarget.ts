import type { Descriptor } from '../oci/descriptor.ts';
import { createRetries, type RetryOptions, retrying, TransientError } from './retrying.ts';
import { type ByteRange, type ByteStream, canRead, type Reader, type TakeBlock, type Target } from './roles.ts';

/**
 * The same target, whose operations are tried again after a `TransientError` (`retryPolicy.ts`): a download goes on
 * after the last byte that came, everything else is done once more, because a target takes the same thing twice. A
 * target that retries by itself throws a final error.
 */
export function resumingTarget(target: Target, options: Pick<RetryOptions, 'signal' | 'wait'>): Target {
  const again = <A extends readonly unknown[], R>(work: (...args: A) => Promise<R>) => {
    return (...args: A): Promise<R> => retrying(() => work(...args), options);
  };
  return {
    ...target,
    fetch: (descriptor, range) => resumingStream(target, descriptor, range, options),
    ...(canRead(target) ? { read: resumingReader(target, options) } : {}),
    exists: again(target.exists),
    resolve: again(target.resolve),
    push: again(target.push),
    tag: again(target.tag),
  };
}

async function* resumingStream(
  target: Target,
  descriptor: Descriptor,
  range: ByteRange | undefined,
  options: Pick<RetryOptions, 'signal' | 'wait'>,
): ByteStream {
  const end = range?.end ?? descriptor.size;
  let at = range?.start ?? 0;
  const retries = createRetries({ ...options, progress: () => at });
  for (let part = range; ; part = { start: at, end }) {
    try {
      for await (const bytes of part ? target.fetch(descriptor, part) : target.fetch(descriptor)) {
        at += bytes.byteLength;
        yield bytes;
      }
      if (at >= end) return;
      throw new TransientError(`${target.name} sent ${at} of ${end} bytes of ${descriptor.digest}`);
    } catch (error) {
      await retries.failed(error);
    }
  }
}

function resumingReader(target: Reader, options: Pick<RetryOptions, 'signal' | 'wait'>): Reader['read'] {
  return async (descriptor, { start, end }, take) => {
    let at = start;
    const counting: TakeBlock = async (bytes) => {
      await take(bytes);
      at += bytes.byteLength;
    };
    const work = () => target.read(descriptor, { start: at, end }, counting);
    await retrying(work, { ...options, progress: () => at });
  };
}
