/** `kitwright/plugins`: for programs that use the plugins of the command line. */
export { type DefaultPluginOptions, defaultPlugins } from './defaultPlugins.ts';
