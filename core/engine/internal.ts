/**
 * What only our own command line uses, of the rooms up to `kits`: all that a command needs that reads, names or signs kits. It
 * may change in any release: programs use `@kitwright/core`, plugins `@kitwright/core/plugin`.
 * @internal
 */

export { codes, type ErrorCode } from './errors/codes.ts';
export { messageOf, toErrorData } from './errors/errorData.ts';
export { exitCodes } from './errors/exitCodes.ts';
export type { JsonValue } from './errors/JsonValue.ts';
export { KitwrightError, type SourcePosition } from './errors/KitwrightError.ts';
export { nearWords } from './errors/nearWords.ts';
export { shellWord } from './errors/shellWord.ts';
export { errnoOf, isDiskFull, systemError } from './errors/systemError.ts';
export { withDetails } from './errors/withDetails.ts';
export { atomicWrite, syncDirectory, syncFiles, temporaryName } from './files/atomicWrite.ts';
export { belowAny } from './files/belowAny.ts';
export { type BytePath, bytePath, fromNative, fsPath, joinPath, textOf } from './files/bytePath.ts';
export { checkEntryName } from './files/checkEntryName.ts';
export type { Existing } from './files/checkFree.ts';
export { cleanPath } from './files/cleanPath.ts';
export { compareNumbered } from './files/compareNumbered.ts';
export { decodeText } from './files/decodeText.ts';
export { displayPath, escapeControls } from './files/displayPath.ts';
export { isLocalFileSystem } from './files/fileSystem.ts';
export { childEnvironment, findProgram, withSafePath } from './files/findProgram.ts';
export { fileId } from './files/fingerprint.ts';
export { byUnits, firstFrom } from './files/firstFrom.ts';
export { foreignManifest, foreignPackageFirst, foreignRoute } from './files/foreignRoute.ts';
export { giveName } from './files/giveName.ts';
export { guardModules } from './files/guardModules.ts';
export { homeFolder } from './files/homeFolder.ts';
export { isOpenToOthers } from './files/isOpenToOthers.ts';
export { isOurOwner } from './files/isOurOwner.ts';
export { leadsOut } from './files/leadsOut.ts';
export { limitMemory } from './files/limitMemory.ts';
export { makeDirectories } from './files/makeDirectories.ts';
export { makeDirectory } from './files/makeDirectory.ts';
export { makeMark, markName, readMark } from './files/makeMark.ts';
export { makePrivateDirectory } from './files/makePrivateDirectory.ts';
export { namesDirectory, trustsAll } from './files/namedTrust.ts';
export { type OpenDirectory, openBelow, openDirectory } from './files/openDirectory.ts';
export { openOrMakeDirectory } from './files/openOrMakeDirectory.ts';
export { ownersOf } from './files/ownersOf.ts';
export { parseTrainerJson } from './files/parseTrainerJson.ts';
export { readBelow } from './files/readBelow.ts';
export { readPlainFile, readUpTo } from './files/readPlainFile.ts';
export { removeTree } from './files/removeTree.ts';
export { isNearlyFull } from './files/requireRoom.ts';
export type { SignedEvidence } from './host/buildHooks.ts';
export type {
  CheckpointProgress,
  FetchFilesOptions,
  Importer,
  ImportFile,
  ImportSource,
  OpenedTarget,
  TargetAccess,
} from './host/capabilities.ts';
export { createKitwright, type Kitwright } from './host/createKitwright.ts';
export type { Timing } from './host/createPluginCalls.ts';
export type { Statement } from './host/Evidence.ts';
export type { Diagnostic, KitwrightEvent } from './host/events.ts';
export type { FileDigest, Layer, ModelKit, Plan, StoredKit } from './host/nouns.ts';
export type { OpenContext } from './host/OpenContext.ts';
export type { OpenedReporter } from './host/ProgressReporter.ts';
export { definePlugin, type Plugin } from './host/plugin.ts';
export { isForUser } from './host/pluginError.ts';
export type { SignerOptions } from './host/SignerOptions.ts';
export type { SchemaIssue, SchemaResult, StandardSchema } from './host/StandardSchema.ts';
export type { Kitfile } from './kitfile/Kitfile.ts';
export { kitfileSchema } from './kitfile/kitfileSchema.ts';
export { type AcceptKit, acceptingSource, type OfferedKit } from './kits/AcceptKit.ts';
export { type AttachedFile, attachFiles } from './kits/attachFiles.ts';
export { attachStatement } from './kits/attachStatement.ts';
export { checkKitBytes } from './kits/checkKitBytes.ts';
export { configFields } from './kits/configFields.ts';
export { createKitReader } from './kits/createKitReader.ts';
export { diffKits, type KitDiff } from './kits/diffKits.ts';
export { findKit } from './kits/findKit.ts';
export { type LocatedKit, listKits, readTargets, removeAll, removeKit, tagKit } from './kits/kitNames.ts';
export { copyKitReferrers, referrersOfKit } from './kits/kitReferrers.ts';
export { kitSources, type Place } from './kits/kitSources.ts';
export { knownRepositories } from './kits/knownRepositories.ts';
export {
  type LoadedKit,
  loadKit,
  loadKitAt,
  type ReadKit,
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
export { isLocalOnly, namesTarget, openAtRegistry, openTarget, placeIn, placeOf } from './kits/openTarget.ts';
export { isAtUrl, remoteDatasets, schemesOf } from './kits/remoteDatasets.ts';
export { type Ancestor, resolveAncestors } from './kits/resolveAncestors.ts';
export { type KitSigning, signKit } from './kits/signKit.ts';
export { type Demand, type Proof, type Rejection, type Verification, verifyKit } from './kits/verifyKit.ts';
export { type HeldKit, withHeldKit } from './kits/withHeldKit.ts';
export type { Limits } from './layers/Limits.ts';
export type { Descriptor } from './oci/descriptor.ts';
export { digestOf, isDigest } from './oci/digest.ts';
export { Fields, goJson } from './oci/goJson.ts';
export { isReference } from './oci/isReference.ts';
export { changeLabels, matching, selectEntry } from './oci/labels.ts';
export { manifestFields, parseDescriptor } from './oci/manifest.ts';
export { annotationNames, isMediaType, type LayerRole, mediaTypes } from './oci/mediaTypes.ts';
export { emptyIndex, type IndexEntry, modelIndexBytes, sizeOfEntry, tagOfEntry, withEntry } from './oci/modelIndex.ts';
export { parseJsonObject } from './oci/parseJsonObject.ts';
export {
  defaultRegistry,
  defaultTag,
  displayReference,
  displayRepository,
  formatReference,
  isTag,
  parseReference,
  type Reference,
  repositoryOf,
  withDefaultTag,
} from './oci/reference.ts';
export { allReferrers, parseReferrerFilter, type ReferrerFilter } from './oci/referrerFilter.ts';
export { isReferrersTag } from './oci/referrerTags.ts';
export { collectBody } from './store/collectBody.ts';
export { contentOf } from './store/contentOf.ts';
export { eachOf } from './store/eachOf.ts';
export { addNames } from './store/kitIndex.ts';
export { isLocalStore, type LocalStore } from './store/localStore.ts';
export { nameLater } from './store/nameLater.ts';
export { dataRoot, openStore, type Store } from './store/openStore.ts';
export { powerMissing } from './store/powerMissing.ts';
export { privateScratch } from './store/privateScratch.ts';
export {
  identityOf,
  isGone,
  isLeftover,
  linkIdentity,
  ownIdentity,
  type ProcessIdentity,
  readIdentity,
} from './store/processIdentity.ts';
export { dropReferrer } from './store/referrers/dropReferrer.ts';
export { dropReferrers } from './store/referrers/dropReferrers.ts';
export type { Referrer } from './store/referrers/Referrer.ts';
export { requireOwnRoot } from './store/requireOwnRoot.ts';
export { finalError, standardWait, TransientError, type Wait } from './store/retrying.ts';
export {
  canClose,
  canDelete,
  canListNames,
  canListTags,
  canPushEarly,
  type Deleter,
  type KitName,
  type NameLister,
  type ReadTarget,
  type Target,
} from './store/roles.ts';
export { tryLock, withLock } from './store/withLock.ts';
export { withoutClosing } from './store/withoutClosing.ts';
export { collectGarbage } from './upkeep/collectGarbage.ts';
export { version } from './version.ts';
