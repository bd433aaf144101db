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
    layoutMarker lentStreamOf limitMemory makeDirectories maxAttempts mediaTypes messageOf networkFailure observeContent ociIndexText
    openFile packMediaType parseDescriptor parseJsonObject parseOciIndex parseReference parseTrainerJson readPlainFile
    readZipDirectory repositoryOf resolveInIndex retryAfterOf retrying shellWord splitLocation standardWait startOfBody statementBytes
    streamOf strictBase64 strictJson systemError tagInIndex tagsInIndex takeBody tarOfEntries tarRecipe textOf
    unencodedFetch untagInIndex withSafePath withoutManifest
  `),
  'internal.ts': words(`
    AcceptKit Ancestor AttachedFile BytePath CheckpointProgress Deleter Demand Descriptor Diagnostic ErrorCode
    Existing FetchFilesOptions Fields FileDigest HeldKit ImportFile ImportSource Importer IndexEntry JsonValue KitDiff
    KitName KitSigning Kitfile Kitwright KitwrightError KitwrightEvent Layer LayerRole Limits LoadedIndex LoadedKit
    LocalStore LocatedKit ModelKit NameLister OfferedKit OpenContext OpenDirectory OpenedReporter OpenedTarget Place
    Plan Plugin ProcessIdentity Proof ReadKit ReadTarget Reference Referrer ReferrerFilter Rejection SchemaIssue
    SchemaResult SignedEvidence SignerOptions SourcePosition StandardSchema Statement Store StoredKit Target
    TargetAccess TargetSource Timing TransientError Verification Wait acceptingSource addNames allReferrers
    annotationNames atomicWrite attachFiles attachStatement belowAny byUnits bytePath canClose canDelete canListNames
    canListTags canPushEarly changeIndex changeLabels checkEntryName checkKitBytes childEnvironment cleanPath codes
    collectBody collectGarbage compareNumbered configFields contentOf copyKitReferrers createKitReader createKitwright
    dataRoot decodeText defaultRegistry defaultTag definePlugin diffKits digestOf displayPath displayReference
    displayRepository dropReferrer dropReferrers eachOf emptyIndex entryOf errnoOf escapeControls exitCodes fileId
    finalError findKit findProgram firstFrom foreignManifest foreignPackageFirst foreignRoute formatReference
    fromNative fsPath giveName goJson guardModules homeFolder identityOf isAtUrl isDigest isDiskFull isForUser isGone
    isLeftover isLocalFileSystem isLocalOnly isLocalStore isMediaType isNearlyFull isOpenToOthers isOurOwner
    isReference isReferrersTag isTag joinPath keepManifest kitSources kitfileSchema knownRepositories leadsOut
    limitMemory linkIdentity listKits loadIndex loadIndexAt loadKit loadKitAt makeDirectories makeDirectory makeMark
    makePrivateDirectory manifestFields markName matching mediaTypes messageOf modelIndexBytes nameLater
    namesDirectory namesTarget nearWords openAtRegistry openBelow openDirectory openOrMakeDirectory openStore
    openTarget ownIdentity ownersOf parseDescriptor parseJsonObject parseReference parseReferrerFilter
    parseTrainerJson placeIn placeOf powerMissing privateScratch readBelow readIdentity readMark readPlainFile
    readTargets readUpTo referrersOfKit remoteDatasets removeAll removeKit removeTree repositoryOf requireKit
    requireOwnRoot requireSameRepository resolveAncestors resolveExactKit resolveKit schemesOf selectEntry shellWord
    signKit sizeOfEntry standardWait syncDirectory syncFiles systemError tagKit tagOfEntry temporaryName textOf
    toErrorData trustsAll tryLock verifyKit version withDefaultTag withDetails withEntry withHeldKit withLock
    withSafePath withoutClosing
  `),
  'internalBuilds.ts': words(`
    AdmittedKit BaseImage CaptureMode CopiedKit DirectoryEntry EarlyPush FileChange FileSlice Generated Hints Image
    ImageEntry ImageLayer ImageSettings ImageType KitAmended KitElement KitImages KitfilePart LayerCompression
    LayerDescription LoadedKits ModelDirectory NamedImage Pace PackOptions Platform ProjectFiles SavedArchive
    Selection Sent StoreCheck TensorChange TensorShape UnpackStep WatchClock WatchLook WatchOptions WatchRequest
    WatchedKit WeightsDiff amend amendIndex ancestorsOf assembleImage checkStore computeKit copy copyKit createAlarm
    createEarlyPush createStaging createTreeScan describeLayers diffFiles diffLayers diffTensors directoryEntries
    fileHints finish generateKitfile ignoreLines ignoreMatcher imageTar kitElements kitImages kitfilePart kitfileYaml
    layerPathsOf load loadBase localProject makeLayer modelReferenceOf noHints ofRepositoryAt openModelDirectory
    openUnpackStage packKit parseFilters parsePlatform platformText previewKit pushImages pushKitImages
    readIgnoreRules rootOf save skillFrontMatter systemClock unpackElement unpackKit unreadLayers valueYaml watchKit
    withKitfileField
  `),
};

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}
