/** A file of its own, loaded when there is a YAML file: of bundled CommonJS only a static import gives the names. */
export { defaultLoaders } from 'cosmiconfig';
