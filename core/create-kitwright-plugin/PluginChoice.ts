import type { Capability } from './capabilities.ts';

/** What is written for a plugin: TypeScript that is compiled, or JavaScript that runs as it is. */
export type Language = 'typescript' | 'javascript';

/** What a user has given, unchecked. */
export interface Given {
  readonly name?: string | undefined;
  readonly capability?: string | undefined;
  readonly language?: string | undefined;
}

/** The plugin that is created. */
export interface PluginChoice extends PluginName {
  readonly capability: Capability;
  readonly language: Language;
}

/** What a plugin is called, and where it goes. */
export interface PluginName {
  /** Absolute path. */
  readonly folder: string;
  /** As npm knows it. */
  readonly packageName: string;
  /** The word by which users choose what it registers: `--compression ID`, `push KIT ID:...`. */
  readonly id: string;
}
