import type { Bundle } from '@sigstore/bundle';
import type { TrustedRoot } from './trustedRoot.ts';

/** TODO */
export function checkTimestamps(_bundle: Bundle, _root: TrustedRoot): void {}
