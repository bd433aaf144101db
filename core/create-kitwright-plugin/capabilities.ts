/** What a plugin can be, with what such a one does. There is a template for each. */
export const capabilities = {
  hooks: 'taps hooks: checks, changes or tells of a build',
  layerType: 'turns files into a layer of its own type',
  compressor: 'compresses layers',
  readiness: 'says whether a file is complete',
  checkpoint: 'says whether a directory of a training is complete',
  target: 'keeps kits somewhere: push, pull, copy',
  importer: 'imports models of another system',
  remoteData: 'data that a Kitfile names by address and hash',
  scanner: 'finds what should not be in a kit',
  network: 'changes how plugins reach the network',
  signer: 'signs kits',
  verifier: 'verifies signatures',
  reporter: 'shows progress',
  executor: 'decides where and when layers are hashed',
  exporter: 'writes kits in another form',
} as const;

export type Capability = keyof typeof capabilities;

export function isCapability(text: string): text is Capability {
  return Object.hasOwn(capabilities, text);
}
