export type { MadeCheckpoint, MakeCheckpoint } from './checkpoint/MadeCheckpoint.ts';
export { testCheckpoint } from './checkpoint/testCheckpoint.ts';
export type { MadeCompressor, MakeCompressor } from './compressor/MadeCompressor.ts';
export { testCompressor } from './compressor/testCompressor.ts';
export {
  type FaultProxy,
  type ProxiedRequest,
  type ProxyAction,
  type ProxyFault,
  startFaultProxy,
} from './context/startFaultProxy.ts';
export { type TestContext, testContext } from './context/testContext.ts';
export type { MadeExecutor, MakeExecutor } from './executor/MadeExecutor.ts';
export { testExecutor } from './executor/testExecutor.ts';
export type { MadeExporter, MakeExporter } from './exporter/MadeExporter.ts';
export { testExporter } from './exporter/testExporter.ts';
export type { MadeImporter, MakeImporter } from './importer/MadeImporter.ts';
export { testImporter } from './importer/testImporter.ts';
export type { MadeLayerType, MakeLayerType } from './layerType/MadeLayerType.ts';
export { testLayerType } from './layerType/testLayerType.ts';
export type { MadePlugin, MakePlugin } from './plugin/MadePlugin.ts';
export { testPlugin } from './plugin/testPlugin.ts';
export type { CompleteFile, MadeReadiness, MakeReadiness } from './readiness/MadeReadiness.ts';
export { testReadiness } from './readiness/testReadiness.ts';
export { type Family, type FamilyName, families } from './registry/families.ts';
export { type Fault, type FaultAction, takeFault } from './registry/faults.ts';
export { type RegistryOptions, startRegistry, type TestRegistry } from './registry/startRegistry.ts';
export type { AuthOptions, TokenOptions } from './registry/tokens.ts';
export type { MadeRemoteData, MakeRemoteData } from './remoteData/MadeRemoteData.ts';
export { testRemoteData } from './remoteData/testRemoteData.ts';
export type { MadeReporter, MakeReporter } from './reporter/MadeReporter.ts';
export { testReporter } from './reporter/testReporter.ts';
export type { MadeScanner, MakeScanner } from './scanner/MadeScanner.ts';
export { testScanner } from './scanner/testScanner.ts';
export type { MadeSigner, MakeSigner } from './signer/MadeSigner.ts';
export { testSigner } from './signer/testSigner.ts';
export type { AddTest } from './suite/addCases.ts';
export type { MadeTarget, MakeTarget } from './target/MadeTarget.ts';
export { type TargetSuiteOptions, testTarget } from './target/testTarget.ts';
export type { MadeVerifier, MakeVerifier } from './verifier/MadeVerifier.ts';
export { testVerifier } from './verifier/testVerifier.ts';
