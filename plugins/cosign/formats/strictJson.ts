export { isObject as isRecord, type JsonObject as JsonRecord, strictJson } from '@kitwright/core/plugin';
