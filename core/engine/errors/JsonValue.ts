/** A value that JSON can hold; integers that a float64 cannot hold are bigints, so that 64 bits survive. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };
