/** `kitwright/plugins`: for programs that want the plugins of the command line. */
export { type DefaultPluginOptions, defaultPlugins } from './defaultPlugins.ts';
