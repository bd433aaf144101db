/** The JSON of a value of `parseJsonObject`, in which integers that a float64 cannot hold are bigints. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? rawJson(String(item)) : item)) ?? '';
}

/** A value that should be text, as text: `String` would call the `toString` that an object out of JSON brings along. */
export function plainText(value: unknown): string {
  return typeof value === 'object' ? jsonText(value) : String(value);
}

/** ECMA-262, JSON.rawJSON: TypeScript does not know it yet. */
const { rawJSON: rawJson } = JSON as unknown as { readonly rawJSON: (text: string) => unknown };
