import type { ExitCode } from './exitCodes.ts';

/** What the table says of one code: the exit status that it leads to, and what a user can do about it. */
export interface CodeInfo {
  readonly exit: ExitCode;
  readonly hint?: string;
}

/** Every error code of the engine. Plugins add their own codes, which exit with 1. */
export const codes = {
  cancelled: { exit: 130 },
  'compression-unknown': { exit: 2, hint: 'Use one of the compressions that the message lists.' },
  'content-changed': { exit: 1, hint: 'A program is writing these files; pack again when it is done, or use "watch".' },
  'descriptor-mismatch': { exit: 4, hint: 'The stored bytes are damaged. Pack or pull the kit again to heal it.' },
  'disk-full': { exit: 1, hint: 'Free some space ("kitwright store gc" may help) and run the command again.' },
  'file-unreadable': { exit: 1, hint: 'Check the permissions, or leave the file out with .kitignore.' },
  'filter-invalid': { exit: 2, hint: 'A filter reads types[:names], for example "model,datasets:train".' },
  'ignore-invalid': { exit: 2, hint: 'Correct the pattern in .kitignore.' },
  'internal-error': { exit: 1, hint: 'This is a defect of Kitwright; please report it.' },
  'kit-malformed': { exit: 4, hint: 'The kit was not written by a known tool, or it is damaged.' },
  'kit-not-found': { exit: 1, hint: 'See "kitwright list" for the kits in the store.' },
  'kitfile-invalid': { exit: 2, hint: 'Correct the Kitfile at the positions shown.' },
  'kitfile-not-found': { exit: 2, hint: 'Name the file Kitfile, kitfile or .kitfile, or pass it with --file.' },
  'layer-format-unknown': { exit: 2, hint: 'Use one of the layer formats that the message lists.' },
  'layer-path-missing': { exit: 2, hint: 'Correct the path in the Kitfile, or make the file.' },
  'layer-path-outside': { exit: 2, hint: 'Move the files below the packed directory, or pack their parent directory.' },
  'layer-path-refused': { exit: 2 },
  'model-pack-refused': { exit: 2, hint: 'Pack without --use-model-pack.' },
  'network-failed': { exit: 3, hint: 'Check the network, the proxy and the address, and run the command again.' },
  'plugin-failed': { exit: 1 },
  'plugin-invalid': { exit: 2 },
  'reference-invalid': { exit: 2, hint: 'A reference reads [host[:port]/]repository[:tag|@digest].' },
  'references-cycle': { exit: 2, hint: 'Let model.path name another kit.' },
  'references-too-deep': { exit: 2 },
  'remote-malformed': { exit: 3, hint: 'The host does not answer as its protocol says; is there a proxy in between?' },
  'remote-refused': { exit: 3 },
  'store-failed': { exit: 1, hint: 'See "kitwright store check".' },
  'store-locked': { exit: 1, hint: 'Another kitwright is writing to this store; wait for it and try again.' },
  'store-read-only': { exit: 1, hint: 'The kit is in a store made by kit, which Kitwright only reads.' },
  'target-invalid': {
    exit: 2,
    hint: 'A target reads [registry:|store:|oci:|archive:]NAME; see "kitwright copy --help".',
  },
  unauthorized: { exit: 3, hint: 'Log in with "kitwright login REGISTRY".' },
  'unpack-exists': { exit: 1, hint: 'Use --overwrite to replace it or --ignore-existing to keep it.' },
  'unpack-refused': { exit: 4 },
  usage: { exit: 2 },
} as const satisfies Record<string, CodeInfo>;

export type ErrorCode = keyof typeof codes;
