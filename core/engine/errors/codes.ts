import type { ExitCode } from './exitCodes.ts';

/** Every error code of the engine. Plugins add their own codes, which exit with 1. */
export const codes = {
  'amend-refused': {
    meaning: 'A kit cannot be amended without the bytes of its layers, or has a form that only its own tools change.',
    exit: 1,
    hint: 'Unpack the kit, change it, and pack it again.',
  },
  'archive-incomplete': {
    meaning:
      'Something that a kit of an archive needs is neither in it nor in the store, or a part of the archive is missing or wrong.',
    exit: 1,
    hint: 'An archive made with --since needs the kits of the archive before it: load that one first.',
  },
  cancelled: { meaning: 'The command was stopped by a signal or by Ctrl-C. Nothing half-written is left.', exit: 130 },
  'command-not-run': {
    meaning: 'The command of a watch could not be started; the exit status is that of a shell.',
    exit: 2,
    hint: 'Name a program that can be run: 127 means that it was not found, 126 that it is not executable.',
  },
  'compression-unknown': {
    meaning: 'No plugin provides this compression.',
    exit: 2,
    hint: 'Use one of the compressions that the message lists.',
  },
  'config-invalid': {
    meaning: 'The config file cannot be read, or has an unknown or invalid setting.',
    exit: 2,
    hint: 'See "kitwright schema config" for the settings.',
  },
  'config-refused': {
    meaning:
      'The config of a project may not set where credentials and traffic go: a proxy, a certificate, plain HTTP.',
    exit: 2,
    hint: 'Set it in config.json below the root of your data (KITWRIGHT_HOME), by a variable or a flag.',
  },
  'config-untrusted': {
    meaning: 'A config belongs to another user, or would run code in a directory that is not trusted.',
    exit: 2,
    hint: 'If you trust who wrote it, run "kitwright trust" there; --trust and KITWRIGHT_TRUST allow it for scripts.',
  },
  'content-changed': {
    meaning: 'A file changed every time while it was read, so no consistent state could be packed.',
    exit: 1,
    hint: 'A program is writing these files; pack again when it is done, or use "watch".',
  },
  'descriptor-mismatch': {
    meaning: 'The bytes do not match their digest or size: they are damaged, or somebody changed them.',
    exit: 4,
    hint: 'To heal the store, pack or pull the kit again; to heal another place, push it there from an intact one.',
  },
  'directory-replaced': {
    meaning: 'A directory that Kitwright had just made was replaced by another one. Nothing is written to it.',
    exit: 4,
    hint: 'Who else can write to the directory above it? Choose one that is yours alone.',
  },
  'disk-full': {
    meaning: 'There is no space left. Everything that was stored before is intact.',
    exit: 1,
    hint: 'Free some space ("kitwright store gc" may help) and run the command again.',
  },
  'file-unreadable': {
    meaning: 'The system does not let this file or directory be read.',
    exit: 1,
    hint: 'Check the permissions, or leave the file out with .kitignore.',
  },
  'filter-invalid': {
    meaning: 'A --filter names an unknown type or is not written as types[:names].',
    exit: 2,
    hint: 'A filter reads types[:names], for example "model,datasets:train" or "docs:glob:*.md".',
  },
  'ignore-invalid': {
    meaning: 'A line of .kitignore is no pattern, or its rules would take too long.',
    exit: 2,
    hint: 'Correct the pattern in .kitignore.',
  },
  'image-refused': {
    meaning: 'A kit cannot be made an image of this type, or the base of an image cannot be used.',
    exit: 1,
    hint: 'See "kitwright help image" for the types; --filter leaves out what an image cannot hold.',
  },
  'index-invalid': {
    meaning: 'A name belongs to a kit where the command needs an index, or the other way round.',
    exit: 1,
    hint: 'See "kitwright index list" for the indexes and "kitwright list" for the kits.',
  },
  'index-label-invalid': {
    meaning: 'A label must be written as key=text, key:=JSON, or key- to remove it.',
    exit: 2,
    hint: 'For example --label quantization=q4 or --label bits:=4.',
  },
  'index-selection': {
    meaning: 'The labels match no kit of an index, or more than one.',
    exit: 1,
    hint: 'See "kitwright index info" for the kits and their labels.',
  },
  'internal-error': {
    meaning: 'Something happened that should be impossible.',
    exit: 1,
    hint: 'This is a defect of Kitwright; please report it.',
  },
  'key-invalid': {
    meaning: 'A key cannot be used: it is of another kind, damaged, or its password is wrong.',
    exit: 4,
    hint: 'Sign with a private key, verify with its public key; "kitwright generate-key-pair" makes both as cosign does.',
  },
  'kit-malformed': {
    meaning: 'A manifest, config or layer does not follow its format.',
    exit: 4,
    hint: 'The kit was not written by a known tool, or it is damaged.',
  },
  'kit-not-made': {
    meaning:
      'A watch ended without a kit, or could not make one of the last changes. A training that failed keeps its own exit status.',
    exit: 1,
    hint: 'The message says what the watch waited for.',
  },
  'kit-not-found': {
    meaning: 'There is no kit of this name in the places that were searched.',
    exit: 1,
    hint: '"kitwright list" shows the kits in the store, "kitwright list PLACE" those of a registry or target.',
  },
  'kitfile-invalid': {
    meaning: 'The Kitfile has mistakes; each is shown with its position.',
    exit: 2,
    hint: 'Correct the Kitfile at the positions shown.',
  },
  'kitfile-not-found': {
    meaning: 'There is no Kitfile in the directory, or not at the given path.',
    exit: 2,
    hint: 'Write one with "kitwright init DIRECTORY", name it Kitfile, kitfile or .kitfile, or pass it with --file.',
  },
  'layer-format-unknown': {
    meaning: 'No plugin provides this layer format.',
    exit: 2,
    hint: 'Use one of the layer formats that the message lists.',
  },
  'layer-path-missing': {
    meaning: 'The Kitfile names a path that does not exist.',
    exit: 2,
    hint: 'Correct the path in the Kitfile, or make the file.',
  },
  'layer-path-outside': {
    meaning: 'A path or a link leads out of the packed directory, or a file that is sent out of the current one.',
    exit: 2,
    hint: 'Move the files below the packed directory, or pack their parent directory.',
  },
  'layer-path-refused': {
    meaning: 'A path cannot become this kind of layer, for example a directory as a raw layer.',
    exit: 2,
  },
  'model-pack-refused': {
    meaning: 'The Kitfile has something that a ModelPack cannot hold.',
    exit: 2,
    hint: 'Pack without --use-model-pack.',
  },
  'network-failed': {
    meaning: 'A host could not be reached, or the connection was cut too often.',
    exit: 3,
    hint: 'Check the network, the proxy and the address, and run the command again.',
  },
  'path-is-link': {
    meaning: 'There is a link where Kitwright needs a directory. Nothing is written or removed through it.',
    exit: 4,
    hint: 'Remove the link. If you did not make it: who else can write to that directory?',
  },
  'pin-mismatch': {
    meaning: 'A name that kit-lock.json pins means another kit now.',
    exit: 4,
    hint: 'If the new kit is wanted, pin it again with "kitwright pin".',
  },
  'plugin-failed': {
    meaning: 'A plugin threw an error of its own; the plugin and the hook are named.',
    exit: 1,
    hint: 'This is for the author of the plugin; another version of it may do better.',
  },
  'plugin-invalid': {
    meaning: 'A plugin cannot be found, or has the wrong shape, version, or a name that is taken.',
    exit: 2,
    hint: 'If it is not your config, this is for the author of the plugin; another version of it may do better.',
  },
  'plugin-not-locked': {
    meaning: '--frozen-plugins: the lock beside the config does not list a plugin with this name, version and content.',
    exit: 2,
    hint: 'If the plugin is right, run "kitwright plugins lock".',
  },
  'policy-refused': {
    meaning: 'A kit does not meet a rule under "verify" in a config.',
    exit: 4,
    hint: '"kitwright verify REFERENCE --explain" shows each rule and what was found.',
  },
  'private-files': {
    meaning:
      '--strict: files would be packed that normally belong in no kit: version control, secrets, environments, caches.',
    exit: 4,
    hint: 'Name them in .kitignore, or pack without --strict if you want them in the kit.',
  },
  'reference-invalid': {
    meaning: 'The text is not a reference to a kit, or not one that the command can use.',
    exit: 2,
    hint: 'A reference is written [host[:port]/]repository[:tag|@digest], or WORD:LOCATION at a target.',
  },
  'references-cycle': {
    meaning: 'Kits refer to each other in a circle.',
    exit: 2,
    hint: 'Let model.path name another kit.',
  },
  'references-too-deep': { meaning: 'The chain of kits that refer to another one is too long.', exit: 2 },
  'remote-malformed': {
    meaning: 'A host answered something that its protocol does not allow; the answer was not used.',
    exit: 3,
    hint: 'The host does not answer as its protocol says; is there a proxy in between?',
  },
  'remote-refused': { meaning: 'A host understood the request and refused it.', exit: 3 },
  'report-empty': {
    meaning: 'No watch of the directory was recorded.',
    exit: 1,
    hint: 'A report shows what "kitwright watch" did in the directory, with the same --config.',
  },
  'report-failed': { meaning: 'The report could not be written, or the page of a watch could not be served.', exit: 1 },
  'secrets-found': {
    meaning: '--strict and "watch --push": a file that would be packed holds what looks like a secret.',
    exit: 4,
    hint: 'Remove the secret, or name the file in .kitignore. If it is not a secret, write gitleaks:allow into its line.',
  },
  'signature-invalid': {
    meaning: 'There are signatures or attestations, and none of them proves what was asked for.',
    exit: 4,
    hint: 'Is this the key of whoever signed? "kitwright discover" shows what is attached to the kit.',
  },
  'signature-missing': {
    meaning: 'Nothing that could be verified is attached to the kit.',
    exit: 4,
    hint: 'Sign it with "kitwright sign", or see what is attached with "kitwright discover".',
  },
  'store-damaged': {
    meaning: 'The index of the store is missing or cannot be read, although the store holds kits.',
    exit: 1,
    hint: 'Run "kitwright store check --repair": it rebuilds the index from the kits.',
  },
  'store-failed': { meaning: 'The store could not be read or written.', exit: 1, hint: 'See "kitwright store check".' },
  'store-locked': {
    meaning: 'Another process held the lock of the store for a minute.',
    exit: 1,
    hint: 'Another Kitwright process is writing to this store; wait for it and try again.',
  },
  'store-read-only': {
    meaning: 'Kits in a store made by kit are read, tagged and pushed, but never changed.',
    exit: 1,
    hint: 'The kit is in a store made by kit, which Kitwright only reads.',
  },
  'store-untrusted': {
    meaning: 'Another user owns the root of the data or what is in it, or can write there. Nothing of it is used.',
    exit: 4,
    hint: 'Let it be yours alone, or choose another KITWRIGHT_HOME.',
  },
  'target-invalid': {
    meaning: 'The text is not a target, or no plugin provides it.',
    exit: 2,
    hint: 'A target is written WORD:LOCATION; "kitwright targets" lists the words and whose they are.',
  },
  unauthorized: {
    meaning: 'A host asks for credentials or refused them, or the stored ones could not be read.',
    exit: 3,
    hint: 'Give a login that is valid there; for a registry with "kitwright login REGISTRY".',
  },
  'unpack-exists': {
    meaning: 'A file exists already and is different.',
    exit: 1,
    hint: 'Use --overwrite to replace it or --ignore-existing to keep it.',
  },
  'unpack-refused': {
    meaning: 'A layer holds something that is not safe to write: a link, a path outside the directory, a device.',
    exit: 4,
  },
  usage: { meaning: 'The command line is not valid.', exit: 2 },
} as const satisfies Record<string, CodeInfo>;

/** One row of the table: what happened, the exit status, and what a user can do about it. */
export interface CodeInfo {
  /** What happened, in one sentence. */
  readonly meaning: string;
  readonly exit: ExitCode;
  readonly hint?: string;
}

/** Every code that an error of ours can have; ERRORS.md lists them with their meanings and exit codes. */
export type ErrorCode = keyof typeof codes;
