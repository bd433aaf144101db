/** What an engine opens. */
export interface EngineModel {
  readonly format: string | undefined;
  /** Below the directory of all files: one of the files, or a directory; empty for all. */
  readonly path: string;
}

/** Formats by the ends of names; the first that fits some file is the format of the model. */
const formats: readonly (readonly [format: string, fits: RegExp, isOneFile: boolean])[] = [
  ['safetensors', /\.safetensors$/, false],
  ['gguf', /\.gguf$/, true],
  ['llamafile', /\.llamafile$/, true],
  ['onnx', /\.onnx$/, true],
  ['tensorflow', /(?:^|\/)saved_model\.pb$/, false],
  ['keras', /\.(?:keras|h5)$/, true],
  ['tflite', /\.tflite$/, true],
  ['pytorch', /\.(?:pt|pth|ckpt|pt2)$|(?:^|\/)pytorch_model[^/]*\.bin$/, false],
  ['pickle', /\.(?:pkl|joblib)$/, true],
];

/**
 * Finds what an engine opens among the paths of a model: the one GGUF file, or the first of its parts, for llama.cpp;
 * the directory of the safetensors files for vLLM. `preferred` is the path of the model in its Kitfile, which chooses
 * among several.
 */
export function modelFormat(paths: readonly string[], preferred: string | undefined): EngineModel {
  const all = formats.map((format) => ({ format, found: paths.filter((path) => format[1].test(path)) }));
  const wanted = all.find(({ found }) => preferred !== undefined && found.includes(preferred));
  const chosen = wanted ?? all.find(({ found }) => found.length);
  if (!chosen) return { format: undefined, path: commonFolder(paths) };
  const [format, , isOneFile] = chosen.format;
  const one = isOneFile ? oneOf(chosen.found, preferred) : undefined;
  return { format, path: one ?? folderOf(chosen.found, paths) };
}

/** Projectors and adapters are given to an engine beside the model. */
const beside = /(?:^|\/)(?:mmproj|adapter|lora)[^/]*$/i;

/** Part 1 of many, as llama.cpp's `gguf-split` names them: an engine finds the others by it. */
const part = /-(\d{5})-of-(\d{5})\.gguf$/;

function oneOf(found: readonly string[], preferred: string | undefined): string | undefined {
  if (preferred !== undefined && found.includes(preferred) && !part.test(preferred)) return preferred;
  const main = found.filter((path) => !beside.test(path));
  const firsts = main.filter((path) => (part.exec(path)?.[1] ?? '00001') === '00001');
  return firsts.length === 1 ? firsts[0] : undefined;
}

/** Of the weights, or where their `config.json` is. */
function folderOf(weights: readonly string[], paths: readonly string[]): string {
  const [folders, known] = [new Set(weights.map(parentOf)), new Set(paths)];
  const described = [...folders].filter((folder) => known.has(folder ? `${folder}/config.json` : 'config.json'));
  return described.length === 1 ? (described[0] as string) : commonFolder(weights);
}

function commonFolder(paths: readonly string[]): string {
  const [first = '', ...others] = paths.map((path) => parentOf(path).split('/'));
  const differs = (i: number) => others.some((parts) => parts[i] !== first[i]);
  const end = [...first].findIndex((_, i) => differs(i));
  return (Array.isArray(first) ? (end < 0 ? first : first.slice(0, end)) : []).join('/');
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
