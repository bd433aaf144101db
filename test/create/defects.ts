import type { Capability } from '../../core/create-kitwright-plugin/capabilities.ts';

/** A text in the source of a template, and what makes the plugin wrong in its place. */
export interface Defect {
  /** Without its suffix. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** For each template a defect that its suite must find. */
export const defects: Readonly<Record<Capability, Defect>> = {
  hooks: { file: 'index', from: 'bytes > maxBytes', to: 'bytes > Infinity' },
  layerType: { file: 'index', from: '? Object.keys(row)', to: '? []' },
  compressor: { file: 'codec', from: 'createBrotliDecompress()', to: 'createBrotliCompress()' },
  readiness: { file: 'index', from: 'missing > 0', to: 'missing > 1000' },
  checkpoint: { file: 'index', from: "'DONE.json'", to: "'model.bin'" },
  target: { file: 'writeBlob', from: "hash.digest('hex')", to: 'digest.slice(7)' },
  importer: { file: 'openMirror', from: "hash.digest('hex') !== file.sha256", to: 'false' },
  remoteData: { file: 'index', from: "found.digest('hex') !== hash", to: 'false' },
  scanner: { file: 'index', from: 'address.test(line)', to: 'false' },
  network: { file: 'index', from: 'new URL(url).host', to: 'url' },
  signer: { file: 'index', from: 'digest: subject.digest', to: "digest: 'none'" },
  verifier: { file: 'verifierOf', from: '!verify(null,', to: 'false && !verify(null,' },
  reporter: { file: 'index', from: 'layers++', to: 'layers += 2' },
  executor: { file: 'index', from: 'running >= atOnce', to: 'running < 0' },
  exporter: { file: 'index', from: ' === sum', to: " === ''" },
};
