/** The names that each entry point of the engine exports: a new one is a deliberate step. */
export const exportedNames = {
  'index.ts': words(`
    CopyOptions Descriptor Diagnostic Digest ErrorCode FileChange KitChanges KitCopy Kitfile Kitwright
    KitwrightError KitwrightEvent KitwrightOptions Layer Limits ListedKit LoadedKit Manifest PackOptions Plugin
    PluginContext ResolveOptions SourcePosition Store StoredKit UnpackOptions Unpacked WatchOptions WatchedKit
    copy createKitwright definePlugin diff list openStore pack resolve unpack watch
  `),
  'plugin.ts': words(`
    BuildContext BuildHandle BuildHooks BytePath ByteRange ByteStream Capabilities CapabilitySet CheckpointFiles
    CheckpointFormat CheckpointProgress Closer Compressor CompressorModule Configured Content Deleter Descriptor
    Diagnostic Digest EarlyPusher EarlyUpload Environment ErrorCode Evidence EvidenceBlob Executor ExportRequest
    Exporter FetchFilesOptions Fetcher Fields FilePiece Finding HostCredential ImportFile ImportRequest
    ImportSource Importer JsonNode JsonObject JsonValue KitDraft Kitfile KitwrightError KitwrightEvent Layer
    LayerBytes LayerContents LayerFile LayerPool LayerTree LayerType LifetimeHooks Locator Logger Manifest
    ModelKit Mounter NameLister Network OciArchive OciIndex OciLayout OpenContext OpenedReporter OpenedSigner
    OpenedTarget OpenedVerifier Piece Plan PlanEntry PlanFile PlannedLayer Plugin PluginContext PoolOptions
    ProgressReporter Pull Push Pushed PushedBlob Pusher ReadTarget Reader Readiness ReadinessAnswer
    ReadinessFile Recipe Reference ReferrerDropper ReferrerLister RemoteData ReporterOutput Retries RetryOptions
    Scanner SchemaIssue SchemaResult SignRequest Signer SignerOptions SourcePosition StandardSchema Statement
    StoredEvidence StoredKit TagFinder TagLister TagSwapper TakeBlock Taps TarEntry TarSource Target
    TargetAccess TargetProvider Tensor TransientError Unpack Verified Verifier Wait WatchChange ZipDirectory
    ZipEntry annotationNames atomicWrite bytePath canClose canDelete canDropReferrer canFindTags canListNames
    canListReferrers canListTags canLocate canMount canPushEarly canRead canSwapTag checkDer checkEntryName
    childEnvironment collectBody configFields connectionError contentOf contentOfBytes createFollowingFetch
    createOciArchive createOciLayout createRepeatingFetch createRetries decodeText defaultRegistry definePlugin
    descriptorOf digestOf displayPath eachOf errnoOf fetchFrom findProgram fsPath goJson homeFolder isDigest
    isManifestType isObject isTag isTransientFailure isTransientStatus joinPath knownTags layerMediaType
    layoutMarker lentStreamOf makeDirectories maxAttempts mediaTypes messageOf networkFailure observeContent ociIndexText
    openFile packMediaType parseDescriptor parseJsonObject parseOciIndex parseReference parseTrainerJson readPlainFile
    readZipDirectory repositoryOf resolveInIndex retryAfterOf retrying splitLocation standardWait statementBytes
    streamOf strictBase64 strictJson systemError tagInIndex tagsInIndex takeBody tarOfEntries tarRecipe textOf
    unencodedFetch untagInIndex withSafePath withoutManifest
  `),
  'internal.ts': words(`
    AcceptKit AdmittedKit Ancestor AttachedFile BaseImage BytePath CaptureMode CheckpointProgress CopiedKit
    Deleter Demand Descriptor Diagnostic DirectoryEntry EarlyPush ErrorCode Existing FetchFilesOptions Fields
    FileChange FileDigest FileSlice Generated HeldKit Hints Image ImageEntry ImageLayer ImageSettings ImageType
    ImportFile ImportSource Importer IndexEntry JsonValue KitAmended KitDiff KitElement KitImages KitName
    KitSigning Kitfile KitfilePart Kitwright KitwrightError KitwrightEvent Layer LayerCompression
    LayerDescription LayerRole Limits LoadedIndex LoadedKit LoadedKits LocalStore LocatedKit ModelDirectory
    ModelKit NameLister NamedImage OfferedKit OpenContext OpenDirectory OpenedReporter OpenedTarget Pace
    PackOptions Place Plan Platform Plugin ProcessIdentity ProjectFiles Proof ReadTarget Reference Referrer
    ReferrerFilter Rejection SavedArchive SchemaIssue SchemaResult Selection Sent SignedEvidence SignerOptions
    SourcePosition StandardSchema Statement Store StoreCheck StoredKit Target TargetAccess TargetSource
    TensorChange TensorShape Timing UnpackStep Verification Wait WatchClock WatchLook WatchOptions WatchRequest
    WatchedKit WeightsDiff acceptingSource allReferrers amend amendIndex ancestorsOf annotationNames
    assembleImage atomicWrite attachFiles attachStatement belowAny byUnits bytePath canClose canDelete canListNames canListTags
    canPushEarly changeIndex changeLabels checkEntryName checkKitBytes checkStore childEnvironment cleanPath
    codes collectBody collectGarbage compareNumbered computeKit configFields contentOf copy copyKit copyKitReferrers createAlarm
    createEarlyPush createKitwright createStaging createTreeScan dataRoot decodeText defaultRegistry defaultTag
    definePlugin describeLayers diffFiles diffKits diffLayers diffTensors digestOf directoryEntries displayPath
    displayReference displayRepository dropReferrer dropReferrers eachOf emptyIndex entryOf errnoOf
    escapeControls exitCodes fileHints fileId findKit findProgram finish firstFrom formatReference fromNative fsPath
    generateKitfile giveName goJson homeFolder identityOf ignoreLines ignoreMatcher imageTar isAtUrl isDigest isDiskFull
    isForUser isGone isLeftover isLocalFileSystem isLocalOnly isLocalStore isMediaType isOurOwner isReference isReferrersTag
    isTag joinPath
    keepManifest kitElements kitImages kitSources kitfilePart kitfileSchema kitfileYaml knownRepositories
    layerPathsOf leadsOut linkIdentity listKits load loadBase loadIndex loadIndexAt loadKit loadKitAt localProject
    makeDirectories makeDirectory makeLayer makePrivateDirectory manifestFields matching mediaTypes messageOf modelIndexBytes
    modelReferenceOf namesDirectory namesTarget nearWords noHints ofNoRegistry openAtRegistry openBelow openDirectory
    openModelDirectory openOrMakeDirectory openStore openTarget openUnpackStage ownIdentity packKit
    parseDescriptor parseFilters parseJsonObject parsePlatform parseReference parseReferrerFilter
    parseTrainerJson placeIn placeOf platformText powerMissing previewKit pushImages pushKitImages readBelow readIdentity readIgnoreRules
    readPlainFile readTargets referrersOfKit remoteDatasets removeAll removeKit removeTree repositoryOf
    requireKit requireOwnRoot requireSameRepository resolveAncestors resolveExactKit resolveKit rootOf save
    schemesOf selectEntry signKit sizeOfEntry skillFrontMatter standardWait syncDirectory syncFiles systemClock
    systemError tagKit tagOfEntry temporaryName textOf toErrorData trustsAll tryLock unpackElement unpackKit
    unreadLayers valueYaml verifyKit version watchKit withDefaultTag withDetails withEntry withHeldKit
    withKitfileField withLock withSafePath withoutClosing
  `),
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
