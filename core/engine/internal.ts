/**
 * What only our own command line uses. It changes with it, in any release: programs use `@kitwright/core`, plugins `@kitwright/core/plugin`.
 * @internal
 */

export { copy, type KitCopy } from './api/copy.ts';
export { codes, type ErrorCode } from './errors/codes.ts';
export { type ErrorData, messageOf, toErrorData } from './errors/errorData.ts';
export { type ExitCode, exitCodes } from './errors/exitCodes.ts';
export type { JsonValue } from './errors/JsonValue.ts';
export { KitwrightError, type SourcePosition } from './errors/KitwrightError.ts';
export { errnoOf, systemError } from './errors/systemError.ts';
export { withDetails } from './errors/withDetails.ts';
export { atomicWrite } from './files/atomicWrite.ts';
export { type BytePath, bytePath, fsPath, joinPath, textOf } from './files/bytePath.ts';
export { checkEntryName } from './files/checkEntryName.ts';
export type { Existing } from './files/checkFree.ts';
export { cleanPath } from './files/cleanPath.ts';
export { decodeText } from './files/decodeText.ts';
export { displayPath, escapeControls } from './files/displayPath.ts';
export { isLocalFileSystem } from './files/fileSystem.ts';
export { childEnvironment, findProgram } from './files/findProgram.ts';
export { homeFolder } from './files/homeFolder.ts';
export { type IgnoreMatcher, ignoreMatcher } from './files/ignoreMatcher.ts';
export { parseTrainerJson } from './files/parseTrainerJson.ts';
export { readZipDirectory, type ZipDirectory, type ZipEntry } from './files/readZipDirectory.ts';
export type {
  BuildContext,
  BuildHandle,
  BuildHooks,
  LifetimeHooks,
} from './host/buildHooks.ts';
export type {
  Capabilities,
  CapabilityRegistry,
  CheckpointFiles,
  CheckpointFormat,
  CheckpointProgress,
  Compressor,
  FetchFilesOptions,
  Importer,
  ImportFile,
  ImportRequest,
  ImportSource,
  LayerType,
  OpenedTarget,
  Readiness,
  ReadinessAnswer,
  ReadinessFile,
  RemoteData,
  TargetAccess,
  TargetProvider,
} from './host/capabilities.ts';
export { createKitwright, type Kitwright, type KitwrightOptions } from './host/createKitwright.ts';
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
export { definePlugin, type Plugin, type PluginContext } from './host/plugin.ts';
export { type Generated, type GenerateOptions, generateKitfile } from './kitfile/generate/generateKitfile.ts';
export { localProject } from './kitfile/generate/localProject.ts';
export type { Listing, ProjectFiles } from './kitfile/generate/ProjectFiles.ts';
export { skillFrontMatter } from './kitfile/generate/skillFrontMatter.ts';
export type { Kitfile } from './kitfile/Kitfile.ts';
export { kitfileSchema } from './kitfile/kitfileSchema.ts';
export { type KitfilePart, kitfilePart, kitfileYaml, valueYaml } from './kitfile/kitfileYaml.ts';
export { configFields } from './kits/configFields.ts';
export { type CopiedKit, type CopyKitOptions, copyKit } from './kits/copyKit.ts';
export { diffKits, type KitDiff } from './kits/diffKits.ts';
export {
  type ListedKit,
  listKits,
  type RemovedKit,
  readTargets,
  removeAll,
  removeKit,
  tagKit,
} from './kits/kitNames.ts';
export { kitSources, type Place } from './kits/kitSources.ts';
export { knownRepositories } from './kits/knownRepositories.ts';
export {
  type LoadedKit,
  loadKit,
  loadKitAt,
  requireKit,
  resolveExactKit,
  resolveKit,
  type TargetSource,
} from './kits/loadKit.ts';
export {
  changeIndex,
  entryOf,
  keepManifest,
  type LoadedIndex,
  loadIndex,
  loadIndexAt,
  requireSameRepository,
} from './kits/modelIndexes.ts';
export { isLocalOnly, openAtRegistry, openTarget, type Places } from './kits/openTarget.ts';
export { isAtUrl, type RemoteDataset, remoteDatasets } from './kits/remoteDatasets.ts';
export { type Ancestor, resolveAncestors } from './kits/resolveAncestors.ts';
export type { Limits } from './layers/Limits.ts';
export type { FilePiece, Piece, Recipe } from './layers/recipe.ts';
export type { TarEntry } from './layers/tarHeader.ts';
export { type TarSource, tarRecipe } from './layers/tarRecipe.ts';
export type { CompressorModule } from './layers/worker/compressRecipe.ts';
export { type Descriptor, descriptorOf } from './oci/descriptor.ts';
export { type Digest, digestOf, isDigest } from './oci/digest.ts';
export { Fields, goJson, type JsonNode } from './oci/goJson.ts';
export { changeLabels, matching, selectEntry } from './oci/labels.ts';
export { type Manifest, manifestFields, parseDescriptor } from './oci/manifest.ts';
export { annotationNames, isManifestType, type LayerRole, mediaTypes, parseLayerMediaType } from './oci/mediaTypes.ts';
export {
  emptyIndex,
  type IndexEntry,
  type ModelIndex,
  modelIndexBytes,
  sizeOfEntry,
  tagOfEntry,
  withEntry,
} from './oci/modelIndex.ts';
export {
  defaultRegistry,
  defaultTag,
  displayReference,
  displayRepository,
  formatReference,
  parseReference,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from './oci/reference.ts';
export { createEarlyPush, type EarlyPush, type Sent } from './pack/earlyPush.ts';
export type { CaptureMode } from './pack/layer/capture.ts';
export type { PackOptions } from './pack/PackOptions.ts';
export { computeKit, packKit, previewKit } from './pack/packKit.ts';
export { layerPathsOf } from './plan/layerPathsOf.ts';
export { modelReferenceOf } from './plan/modelReferenceOf.ts';
export type { KitfileLocation } from './plan/readKitfile.ts';
export { contentOf } from './store/contentOf.ts';
export { eachOf } from './store/eachOf.ts';
export type { LocalStore } from './store/localStore.ts';
export { observeContent } from './store/observeContent.ts';
export { createOciArchive, type OciArchive } from './store/ociArchive.ts';
export { createOciLayout, type OciLayout } from './store/ociLayout.ts';
export { dataRoot, openStore, type Store } from './store/openStore.ts';
export { isGone } from './store/processIdentity.ts';
export { standardWait, type Wait } from './store/retrying.ts';
export {
  type ByteRange,
  type ByteStream,
  type Closer,
  type Content,
  canClose,
  canDelete,
  canListTags,
  canLocate,
  canMount,
  canPushEarly,
  canRead,
  type Deleter,
  type EarlyPusher,
  type EarlyUpload,
  type KitName,
  type Mounter,
  type ReadTarget,
  type ReferrerLister,
  type TagLister,
  type TakeBlock,
  type Target,
} from './store/roles.ts';
export { diffFiles, type FileChange } from './unpack/diffFiles.ts';
export { type KitElement, kitElements } from './unpack/kitElements.ts';
export { parseFilters, type Selection } from './unpack/parseFilters.ts';
export { createStaging } from './unpack/staging.ts';
export { unpackElement } from './unpack/unpackElement.ts';
export { type Unpacked, type UnpackOptions, type UnpackStep, unpackKit } from './unpack/unpackKit.ts';
export { checkStore, type Finding, type StoreCheck } from './upkeep/checkStore.ts';
export { collectGarbage } from './upkeep/collectGarbage.ts';
export { version } from './version.ts';
export { type Alarm, createAlarm } from './watch/Alarm.ts';
export { fileHints, type Hints, noHints } from './watch/hints.ts';
export type { Pace } from './watch/pace.ts';
export { createTreeScan, type TreeScan } from './watch/treeScan.ts';
export type { Waiting } from './watch/Waiting.ts';
export {
  finish,
  systemClock,
  type WatchClock,
  type WatchedKit,
  type WatchLook,
  type WatchOptions,
  type WatchRequest,
} from './watch/WatchOptions.ts';
export { watchKit } from './watch/watchKit.ts';
