export { type CertifyKey, signWithKey, verifyWithCertificates, verifyWithKey } from './keys.ts';
export type { ListOptions, Model, ModelEntry, Slice } from './Model.ts';
export { signWithSigner, verifyWithVerifier } from './signers.ts';
export { defaultIgnored, type ModelToSign, type SignedModel, type SignModel, signModel } from './signModel.ts';
export {
  type ModelSigner,
  type VerifiedModel,
  type VerifyBundle,
  type VerifyOptions,
  verifyModel,
} from './verifyModel.ts';
