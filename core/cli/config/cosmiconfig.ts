/** A separate file, loaded only for YAML: named exports of bundled CommonJS need a static import. */
export { defaultLoaders } from 'cosmiconfig';
