import type { Kitfile } from '@kitwright/core/internal';

/** Names of KServe for what a Kitfile says of its model; the first that fits counts. */
const formats: readonly (readonly [format: string, words: RegExp])[] = [
  ['sklearn', /scikit|sklearn|\.joblib$|\.pkl$/],
  ['xgboost', /xgboost|\.bst$/],
  ['lightgbm', /lightgbm/],
  ['onnx', /onnx/],
  ['tensorflow', /tensorflow|saved_?model|keras/],
  ['huggingface', /safetensors|gguf|transformers|hugging ?face|vllm/],
  ['pytorch', /pytorch|torch|\.pth?$/],
];

/** What KServe calls the format of a model; undefined if its Kitfile does not tell. */
export function servingFormat({ model }: Kitfile): string | undefined {
  const words = [model?.format, model?.framework, model?.path, ...(model?.parts ?? []).map(({ path }) => path)];
  const text = words.filter((word) => word !== undefined).map((word) => word.toLowerCase());
  return formats.find(([, fits]) => text.some((word) => fits.test(word)))?.[0];
}
