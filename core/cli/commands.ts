import type { Command } from 'commander';

/** Adds a command to the program. */
export type DefineCommand = (program: Command) => void;

/** The groups of commands in the help; all others are housekeeping. */
export const commandGroups: Readonly<Record<string, readonly string[]>> = {
  'Make kits:': ['init', 'pack', 'watch', 'runs', 'report', 'import'],
  'Use kits:': ['list', 'inspect', 'info', 'diff', 'unpack', 'restore', 'tag', 'remove', 'index', 'amend', 'export'],
  'Deploy kits:': ['resolve', 'image', 'kubernetes', 'init-container', 'storage-initializer'],
  'Attach to kits:': ['attach', 'discover', 'detach'],
  'Sign kits:': ['generate-key-pair', 'public-key', 'sign', 'verify', 'attest', 'verify-attestation', 'pin'],
  'Move kits:': ['push', 'pull', 'copy', 'save', 'load', 'mirror', 'targets', 'login', 'logout'],
};

interface CommandModule {
  readonly define: DefineCommand;
}

/** One small file per command; it is loaded when the command is called, or for the help. */
export const commandLoaders: Readonly<Record<string, () => Promise<CommandModule>>> = {
  init: () => import('./commands/init.ts'),
  pack: () => import('./commands/pack.ts'),
  unpack: () => import('./commands/unpack.ts'),
  resolve: () => import('./commands/resolve.ts'),
  kubernetes: () => import('./commands/kubernetes.ts'),
  'init-container': () => import('./commands/initContainer.ts'),
  'storage-initializer': () => import('./commands/storageInitializer.ts'),
  import: () => import('./commands/import.ts'),
  watch: () => import('./commands/watch.ts'),
  runs: () => import('./commands/runs.ts'),
  restore: () => import('./commands/restore.ts'),
  report: () => import('./commands/report.ts'),
  list: () => import('./commands/list.ts'),
  inspect: () => import('./commands/inspect.ts'),
  info: () => import('./commands/info.ts'),
  push: () => import('./commands/push.ts'),
  pull: () => import('./commands/pull.ts'),
  copy: () => import('./commands/copy.ts'),
  save: () => import('./commands/save.ts'),
  load: () => import('./commands/load.ts'),
  amend: () => import('./commands/amend.ts'),
  mirror: () => import('./commands/mirror.ts'),
  export: () => import('./commands/export.ts'),
  image: () => import('./commands/image.ts'),
  targets: () => import('./commands/targets.ts'),
  attach: () => import('./commands/attach.ts'),
  discover: () => import('./commands/discover.ts'),
  detach: () => import('./commands/detach.ts'),
  'generate-key-pair': () => import('./commands/generateKeyPair.ts'),
  'public-key': () => import('./commands/publicKey.ts'),
  sign: () => import('./commands/sign.ts'),
  verify: () => import('./commands/verify.ts'),
  pin: () => import('./commands/pin.ts'),
  attest: () => import('./commands/attest.ts'),
  'verify-attestation': () => import('./commands/verifyAttestation.ts'),
  login: () => import('./commands/login.ts'),
  logout: () => import('./commands/logout.ts'),
  diff: () => import('./commands/diff.ts'),
  tag: () => import('./commands/tag.ts'),
  remove: () => import('./commands/remove.ts'),
  index: () => import('./commands/index.ts'),
  skill: () => import('./commands/skill.ts'),
  cache: () => import('./commands/cache.ts'),
  store: () => import('./commands/store.ts'),
  config: () => import('./commands/config.ts'),
  trust: () => import('./commands/trust.ts'),
  plugins: () => import('./commands/plugins.ts'),
  doctor: () => import('./commands/doctor.ts'),
  explain: () => import('./commands/explain.ts'),
  schema: () => import('./commands/schema.ts'),
  version: () => import('./commands/version.ts'),
};
