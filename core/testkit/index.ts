export { type Family, type FamilyName, families } from './registry/families.ts';
export { type Fault, type FaultAction, takeFault } from './registry/faults.ts';
export { type RegistryOptions, startRegistry, type TestRegistry } from './registry/startRegistry.ts';
export type { AuthOptions, TokenOptions } from './registry/tokens.ts';
export { type TargetCase, targetConformance } from './targetConformance.ts';
