export type { ErrorCode } from './errors/codes.ts';
export { messageOf } from './errors/errorData.ts';
export type { JsonValue } from './errors/JsonValue.ts';
export { KitwrightError, type SourcePosition } from './errors/KitwrightError.ts';
export { shellWord } from './errors/shellWord.ts';
export { errnoOf, systemError } from './errors/systemError.ts';
export { atomicWrite } from './files/atomicWrite.ts';
export { type BytePath, bytePath, fsPath, joinPath, textOf } from './files/bytePath.ts';
export { checkEntryName } from './files/checkEntryName.ts';
export { decodeText } from './files/decodeText.ts';
export { displayPath } from './files/displayPath.ts';
export { childEnvironment, findProgram, withSafePath } from './files/findProgram.ts';
export { homeFolder } from './files/homeFolder.ts';
export { limitMemory } from './files/limitMemory.ts';
export { makeDirectories } from './files/makeDirectories.ts';
export { openFile } from './files/openFile.ts';
export { parseTrainerJson } from './files/parseTrainerJson.ts';
export { readPlainFile } from './files/readPlainFile.ts';
export { readZipDirectory, type ZipDirectory, type ZipEntry } from './files/readZipDirectory.ts';
export type {
  BuildContext,
  BuildHandle,
  BuildHooks,
  Configured,
  LifetimeHooks,
  Pull,
  Push,
  Pushed,
  PushedBlob,
  Unpack,
  WatchChange,
} from './host/buildHooks.ts';
export type {
  Capabilities,
  CheckpointFiles,
  CheckpointFormat,
  CheckpointProgress,
  Compressor,
  FetchFilesOptions,
  Finding,
  Importer,
  ImportFile,
  ImportRequest,
  ImportSource,
  LayerBytes,
  LayerFile,
  LayerType,
  OpenedTarget,
  Readiness,
  ReadinessAnswer,
  ReadinessFile,
  RemoteData,
  Scanner,
  TargetAccess,
  TargetProvider,
  Tensor,
} from './host/capabilities.ts';
export type { CapabilitySet } from './host/createCapabilities.ts';
export type { Evidence, EvidenceBlob, Statement, StoredEvidence } from './host/Evidence.ts';
export type { Executor } from './host/Executor.ts';
export type { Exporter, ExportRequest } from './host/Exporter.ts';
export type { Diagnostic, KitwrightEvent } from './host/events.ts';
export type { Taps } from './host/hooks.ts';
export type {
  KitDraft,
  Layer,
  LayerContents,
  LayerTree,
  ModelKit,
  Plan,
  PlanEntry,
  PlanFile,
  PlannedLayer,
  StoredKit,
} from './host/nouns.ts';
export type { Environment, HostCredential, Logger, Network, OpenContext } from './host/OpenContext.ts';
export type { OpenedReporter, ProgressReporter, ReporterOutput } from './host/ProgressReporter.ts';
export { definePlugin, type Plugin, type PluginContext } from './host/plugin.ts';
export type { OpenedSigner, Signer, SignRequest } from './host/Signer.ts';
export type { SignerOptions } from './host/SignerOptions.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './host/StandardSchema.ts';
export { tarOfEntries } from './host/tarOfEntries.ts';
export type { OpenedVerifier, Verified, Verifier } from './host/Verifier.ts';
export type { Kitfile } from './kitfile/Kitfile.ts';
export { configFields } from './kits/configFields.ts';
export { statementBytes } from './kits/statementBytes.ts';
export type { LayerPool, PoolOptions } from './layers/createPool.ts';
export type { FilePiece, Piece, Recipe } from './layers/recipe.ts';
export type { TarEntry } from './layers/tarHeader.ts';
export { type TarSource, tarRecipe } from './layers/tarRecipe.ts';
export type { CompressorModule } from './layers/worker/openCompressor.ts';
export { checkDer } from './oci/checkDer.ts';
export { type Descriptor, descriptorOf } from './oci/descriptor.ts';
export { type Digest, digestOf, isDigest } from './oci/digest.ts';
export { Fields, goJson, type JsonNode } from './oci/goJson.ts';
export { type Manifest, parseDescriptor } from './oci/manifest.ts';
export { annotationNames, isManifestType, layerMediaType, mediaTypes, packMediaType } from './oci/mediaTypes.ts';
export { isObject, type JsonObject, parseJsonObject } from './oci/parseJsonObject.ts';
export { defaultRegistry, isTag, parseReference, type Reference, repositoryOf } from './oci/reference.ts';
export { splitLocation } from './oci/splitLocation.ts';
export { strictBase64 } from './oci/strictBase64.ts';
export { strictJson } from './oci/strictJson.ts';
export { collectBody } from './store/collectBody.ts';
export { contentOf, contentOfBytes } from './store/contentOf.ts';
export { createFollowingFetch } from './store/createFollowingFetch.ts';
export { createRepeatingFetch } from './store/createRepeatingFetch.ts';
export { eachOf } from './store/eachOf.ts';
export { observeContent } from './store/observeContent.ts';
export { createOciArchive, type OciArchive } from './store/ociArchive.ts';
export {
  knownTags,
  layoutMarker,
  type OciIndex,
  ociIndexText,
  parseOciIndex,
  resolveInIndex,
  tagInIndex,
  tagsInIndex,
  untagInIndex,
  withoutManifest,
} from './store/ociIndex.ts';
export { createOciLayout, type OciLayout } from './store/ociLayout.ts';
export {
  connectionError,
  createRetries,
  type Retries,
  type RetryOptions,
  retrying,
  standardWait,
  TransientError,
  type Wait,
} from './store/retrying.ts';
export {
  isTransientFailure,
  isTransientStatus,
  maxAttempts,
  networkFailure,
  retryAfterOf,
} from './store/retryPolicy.ts';
export {
  type ByteRange,
  type ByteStream,
  type Closer,
  type Content,
  canClose,
  canDelete,
  canDropReferrer,
  canFindTags,
  canListNames,
  canListReferrers,
  canListTags,
  canLocate,
  canMount,
  canPushEarly,
  canRead,
  canSwapTag,
  type Deleter,
  type EarlyPusher,
  type EarlyUpload,
  type Fetcher,
  type Locator,
  type Mounter,
  type NameLister,
  type Pusher,
  type Reader,
  type ReadTarget,
  type ReferrerDropper,
  type ReferrerLister,
  type TagFinder,
  type TagLister,
  type TagSwapper,
  type TakeBlock,
  type Target,
} from './store/roles.ts';
export { startOfBody } from './store/startOfBody.ts';
export { fetchFrom, lentStreamOf, streamOf } from './store/streamOf.ts';
export { takeBody } from './store/takeBody.ts';
export { unencodedFetch } from './store/unencodedFetch.ts';
