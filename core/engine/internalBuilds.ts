/**
 * The rest of what only our own command line uses: what makes kits, unpacks, copies and watches them, and reads and writes
 * Kitfiles. Apart, because a command that only looks into the store would start slower with it.
 * @internal
 */

export { amend, type KitAmended } from './api/amend.ts';
export { amendIndex } from './api/amendIndex.ts';
export { copy } from './api/copy.ts';
export { type LoadedKits, load } from './api/load.ts';
export { type SavedArchive, save } from './api/save.ts';
export { ignoreLines, ignoreMatcher } from './files/ignoreMatcher.ts';
export { assembleImage } from './images/assembleImage.ts';
export { type BaseImage, loadBase, type NamedImage } from './images/baseImage.ts';
export { directoryEntries } from './images/directoryEntries.ts';
export type { Image, ImageLayer, ImageSettings } from './images/Image.ts';
export { type ImageEntry, imageTar } from './images/imageTar.ts';
export { type ImageType, type KitImages, kitImages } from './images/kits/kitImages.ts';
export { pushKitImages } from './images/kits/pushKitImages.ts';
export { type LayerCompression, makeLayer } from './images/makeLayer.ts';
export { type Platform, parsePlatform, platformText } from './images/platform.ts';
export { pushImages, rootOf } from './images/pushImages.ts';
export { type Generated, generateKitfile } from './kitfile/generate/generateKitfile.ts';
export { localProject } from './kitfile/generate/localProject.ts';
export type { ProjectFiles } from './kitfile/generate/ProjectFiles.ts';
export { skillFrontMatter } from './kitfile/generate/skillFrontMatter.ts';
export { type KitfilePart, kitfilePart, kitfileYaml, valueYaml } from './kitfile/kitfileYaml.ts';
export { ancestorsOf, ofRepositoryAt } from './kits/ancestorsOf.ts';
export { type AdmittedKit, type CopiedKit, copyKit } from './kits/copyKit.ts';
export { withKitfileField } from './pack/amend/amendKitfile.ts';
export { createEarlyPush, type EarlyPush, type Sent } from './pack/earlyPush.ts';
export type { CaptureMode } from './pack/layer/capture.ts';
export {
  type DirectoryEntry,
  type FileSlice,
  type ModelDirectory,
  openModelDirectory,
} from './pack/openModelDirectory.ts';
export type { PackOptions } from './pack/PackOptions.ts';
export { computeKit, packKit, previewKit } from './pack/packKit.ts';
export { readIgnoreRules } from './plan/ignoreRules.ts';
export { layerPathsOf } from './plan/layerPathsOf.ts';
export { modelReferenceOf } from './plan/modelReferenceOf.ts';
export type { TensorChange, TensorShape } from './unpack/compareTensors.ts';
export { describeLayers, type LayerDescription } from './unpack/describeLayers.ts';
export { diffFiles, type FileChange } from './unpack/diffFiles.ts';
export { diffLayers } from './unpack/diffLayers.ts';
export { diffTensors, type WeightsDiff } from './unpack/diffTensors.ts';
export { type KitElement, kitElements } from './unpack/kitElements.ts';
export { openUnpackStage } from './unpack/openUnpackStage.ts';
export { parseFilters, type Selection } from './unpack/parseFilters.ts';
export { createStaging } from './unpack/staging.ts';
export { unpackElement } from './unpack/unpackElement.ts';
export { type UnpackStep, unpackKit } from './unpack/unpackKit.ts';
export { unreadLayers } from './unpack/unreadLayers.ts';
export { checkStore, type StoreCheck } from './upkeep/checkStore.ts';
export { createAlarm } from './watch/Alarm.ts';
export { fileHints, type Hints, noHints } from './watch/hints.ts';
export type { Pace } from './watch/pace.ts';
export { createTreeScan } from './watch/treeScan.ts';
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
