export type { ErrorCode } from './errors/codes.ts';
export { KitwrightError, type SourcePosition } from './errors/KitwrightError.ts';
export { createKitwright, type Kitwright, type KitwrightOptions } from './host/createKitwright.ts';
export { definePlugin, type Plugin, type PluginContext } from './host/plugin.ts';
