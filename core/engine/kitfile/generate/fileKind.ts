/** What a file is by its name (facts: KitOps 1.15, `init`). */
export type FileKind = 'weights' | 'metadata' | 'dataset' | 'docs' | 'prompt' | 'mcpb' | 'unknown';

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));

const suffixes: Readonly<Record<'weights' | 'metadata' | 'dataset' | 'docs' | 'mcpb', ReadonlySet<string>>> = {
  weights: words(
    'safetensors pkl joblib pth pt mar pt2 ptl pb ckpt tflite tfrecords npy npz keras h5 caffemodel pmml coreml gguf ggml ggmf llamafile onnx',
  ),
  metadata: words('json yaml xml txt'),
  dataset: words('tar zip parquet csv'),
  docs: words('md adoc html pdf'),
  mcpb: words('mcpb'),
};

const agentFiles = words('agents.md claude.md skill.md');
const kinds = ['weights', 'metadata', 'dataset', 'docs', 'mcpb'] as const;

const isPrompt = (lower: string): boolean => agentFiles.has(lower) || lower.includes('.prompt');
export const isTorchBin = (name: string): boolean => name.endsWith('.bin') && name.includes('pytorch_model');

/** Suffixes count in lower case only; the names of prompts count in any. */
export const fileKind = (name: string): FileKind => {
  if (isPrompt(name.toLowerCase())) return 'prompt';
  if (isTorchBin(name)) return 'weights';
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return (name.includes('.') && kinds.find((kind) => suffixes[kind].has(suffix))) || 'unknown';
};

/** A readme or a licence at the top, which is a document whatever its suffix. */
export const documentKind = (name: string): 'readme' | 'license' | undefined => {
  const lower = name.toLowerCase();
  if (lower.startsWith('readme')) return 'readme';
  return lower.startsWith('license') ? 'license' : undefined;
};

const kitfileNames = words('Kitfile kitfile .kitfile');
export const isKitfileName = (name: string): boolean => kitfileNames.has(name);

/** The file that makes its directory a skill. */
export const skillFile = 'SKILL.md';

/** The path without its last suffix. */
export const withoutSuffix = (path: string): string => path.replace(/\.[^./]*$/, '');
