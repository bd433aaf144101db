/** The JSON of a value of `parseJsonObject`, in which integers that a float64 cannot hold are bigints. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? rawJson(String(item)) : item)) ?? '';
}

/** ECMA-262, JSON.rawJSON: TypeScript does not know it yet. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
