/** Larger files (bytes) are data, not text that a person has typed. */
const largest = 1024 * 1024;

/** Data formats, which are not scanned: there may be thousands of such files. */
const data =
  /\.(?:safetensors|gguf|ggml|onnx|pt|pth|ckpt|bin|h5|hdf5|keras|tflite|pb|npy|npz|parquet|arrow|feather|avro|tfrecord|msgpack|pkl|pickle|joblib|jpe?g|png|gif|bmp|tiff?|webp|ico|svg|mp[34]|wav|flac|ogg|avi|mov|mkv|webm|pdf|zip|gz|tgz|bz2|xz|zst|7z|tar|whl|jar|so|dylib|dll|exe|o|a|pyc|woff2?|ttf|otf|db|sqlite3?)$/i;

/** May this file hold a secret in text? Decided by its name and its size in bytes. */
export function mayHoldText(name: string, size: number): boolean {
  return size > 0 && size <= largest && !data.test(name);
}
