/** What the engine reports. Every event can be written as JSON. Sizes in bytes, times in ms. */
export type KitwrightEvent =
  | { readonly type: 'plan'; readonly layers: number; readonly files: number; readonly bytes: number }
  | {
      readonly type: 'layer-start';
      readonly layer: string;
      readonly path: string;
      readonly bytes: number;
      readonly files: number;
    }
  | { readonly type: 'layer-progress'; readonly layer: string; readonly done: number; readonly bytes: number }
  | {
      readonly type: 'layer-done';
      readonly layer: string;
      readonly role: string;
      readonly digest: string;
      readonly bytes: number;
      readonly hashed: number;
      readonly reused: boolean;
      readonly existed: boolean;
    }
  | {
      readonly type: 'stored';
      readonly digest: string;
      /** All names of the kit, as `list` shows them. */
      readonly names: readonly string[];
      readonly tags: readonly string[];
    }
  | { readonly type: 'unpack-start'; readonly layer: string; readonly path: string; readonly bytes: number }
  | { readonly type: 'unpack-progress'; readonly layer: string; readonly done: number; readonly bytes: number }
  | { readonly type: 'copy-start'; readonly layer: string; readonly path: string; readonly bytes: number }
  | { readonly type: 'copy-progress'; readonly layer: string; readonly done: number; readonly bytes: number }
  | {
      readonly type: 'copy-done';
      readonly layer: string;
      readonly bytes: number;
      readonly outcome: 'exists' | 'mounted' | 'copied';
    }
  | { readonly type: 'unpack-done'; readonly layer: string; readonly files: number; readonly bytes: number };

/** A message for the user; it does not stop the command. */
export interface Diagnostic {
  readonly level: 'warning' | 'notice';
  readonly message: string;
}
