/** A file of its own, loaded when there is a config file: of bundled CommonJS only a static import gives the names. */
export { cosmiconfig, defaultLoaders } from 'cosmiconfig';
