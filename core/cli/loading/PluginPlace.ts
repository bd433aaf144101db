import type { Plugin, SourcePosition } from '@kitwright/core/internal';

/** One entry of `plugins` in a config file. */
export interface PluginPlace {
  /** `plugins[1]`, `--plugin` */
  readonly position: string;
  /** The config file, and the line of the entry if that is clear; for `--plugin` one that need not exist. */
  readonly source: SourcePosition;
  /** The id of the user to whom the config file belongs. */
  readonly owner: number;
  /** Is the config in the root of the user's data, and in no project? */
  readonly isHome: boolean;
  readonly entry: PluginEntry;
}

/** A package or file by name, or what a config that is a program holds itself. */
export type PluginEntry =
  | { readonly name: string; readonly options: unknown }
  | {
      /** Not checked yet. */
      readonly value: unknown;
    };

/** A plugin as a file, before it runs. */
export interface FoundPlugin {
  readonly place: PluginPlace;
  /** As the config names it, or the longer name under which it was found. */
  readonly name: string;
  /** Absolute path of the module. */
  readonly file: string;
  /** What to import: with Plug'n'Play not always the URL of the file. */
  readonly url: string;
  /** The package that the file belongs to; undefined for a file of the project itself. */
  readonly pack: PluginPackage | undefined;
}

/** The package of a plugin. */
export interface PluginPackage {
  readonly name: string;
  /** Empty if the package names none. */
  readonly version: string;
  /** Absolute path. */
  readonly folder: string;
}

/** A plugin that a config names. */
export interface LoadedPlugin {
  readonly plugin: Plugin;
  readonly at: PluginPlace | FoundPlugin;
}
