/** The name of a layer's kind in `kit`, which is the word in its media type: `model`, `dataset`, `weight.config`. */
export function layerWord(mediaType: string): string {
  return /\.model(?:kit)?\.([a-z]+(?:\.[a-z]+)?)\.v1\./.exec(mediaType)?.[1] ?? 'unknown';
}
