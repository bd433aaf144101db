export { strictBase64 } from '@kitwright/core/plugin';
