/** The kind of a file by its name (facts: KitOps 1.15, `init`). */
export type FileKind = 'weights' | 'metadata' | 'dataset' | 'docs' | 'prompt' | 'mcpb' | 'unknown';

export function isTorchBin(name: string): boolean {
  return name.endsWith('.bin') && name.includes('pytorch_model');
}

const kinds = ['weights', 'metadata', 'dataset', 'docs', 'mcpb'] as const;

const suffixes: Readonly<Record<'weights' | 'metadata' | 'dataset' | 'docs' | 'mcpb', ReadonlySet<string>>> = {
  weights: words(
    'safetensors pkl joblib pth pt mar pt2 ptl pb ckpt tflite tfrecords npy npz keras h5 caffemodel pmml coreml gguf ggml ggmf llamafile onnx',
  ),
  metadata: words('json yaml xml txt'),
  dataset: words('tar zip parquet csv'),
  docs: words('md adoc html pdf'),
  mcpb: words('mcpb'),
};

/** Suffixes must be in lower case; the names of prompts may have any case. */
export function fileKind(name: string): FileKind {
  if (isPrompt(name.toLowerCase())) return 'prompt';
  if (isTorchBin(name)) return 'weights';
  const suffix = name.slice(name.lastIndexOf('.') + 1);
  return (name.includes('.') && kinds.find((kind) => suffixes[kind].has(suffix))) || 'unknown';
}

const agentFiles = words('agents.md claude.md skill.md');

function isPrompt(lower: string): boolean {
  return agentFiles.has(lower) || lower.includes('.prompt');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

/** A readme or a licence at the top, which is a document with any suffix. */
export function documentKind(name: string): 'readme' | 'license' | undefined {
  const lower = name.toLowerCase();
  if (lower.startsWith('readme')) return 'readme';
  return lower.startsWith('license') ? 'license' : undefined;
}

const kitfileNames = words('Kitfile kitfile .kitfile .kitignore');

/** Kitfiles and `.kitignore` control what is packed; they are not packed as elements. */
export function isKitfileName(name: string): boolean {
  return kitfileNames.has(name);
}

/** The file that makes its directory a skill. */
export const skillFile = 'SKILL.md';

/** The path without its last suffix. */
export function withoutSuffix(path: string): string {
  return path.replace(/\.[^./]*$/, '');
}
