import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProject, type Project } from '../support/project.ts';
import { cliPath, nodePath } from '../support/runCli.ts';

/** A command that hands a kit on. Everything that it reads and writes, the store too, is in the folder `disk`. */
export interface Delivery {
  /** Its words, where `disk` is a folder of the project. */
  readonly words: readonly string[];
  /** Throws unless what lies under a final name in this copy of `disk` is whole; gives what lies there. */
  readonly wholeIn: (disk: string) => readonly string[];
  /** KiB that a disk has left which is too small for it. */
  readonly left: number;
}

const weights = randomBytes(3_000_000);

/** Copies the file of a kit to its destination, as an exporter of a plugin may. */
const exporter = `import { copyFileSync, mkdirSync, renameSync } from 'node:fs';
export default { name: 'folder-exporter', apiVersion: 1, apply({ register }) {
  register('exporter', { id: 'folder', async export({ destination, unpack }) {
    const temporary = destination + '/.draft-' + process.pid;
    const unpacked = await unpack();
    mkdirSync(destination, { recursive: true });
    copyFileSync(unpacked + '/w.bin', temporary);
    renameSync(temporary, destination + '/w.bin');
    return [];
  } });
} };`;

/** A project whose kit `team/model:v1` is in the store below `home`, in `kits.tar`, and at a registry by `reference`. */
export async function createDeliveries(reference: string): Promise<Project> {
  const project = createProject(
    {
      Kitfile: 'manifestVersion: 1.0.0\nmodel: {path: w.bin}\ndocs: [{path: README.md}]\n',
      'w.bin': weights,
      'README.md': 'a',
    },
    { KITWRIGHT_PLAIN_HTTP: '1' },
  );
  project.write({
    '../card.md': 'another card',
    '../exporter.mjs': exporter,
    '../policy.yaml': 'from: archive:kits.tar\nto: oci:disk/mirrored\nkits: [{repository: team/model}]\n',
  });
  for (const args of [
    ['pack', 'project', '-t', 'team/model:v1'],
    ['save', 'team/model:v1', '-o', 'kits.tar'],
    ['copy', 'team/model:v1', 'archive:copied.tar:v1'],
    ['push', 'team/model:v1', reference],
  ])
    await succeed(project, ...args);
  writeFileSync(join(project.home, 'config.json'), JSON.stringify({ plugins: [join(project.path, 'exporter.mjs')] }));
  return project;
}

export async function succeed(project: Project, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await project.run(...args);
  assert.equal(code, 0, `${args.join(' ')}: ${stderr}`);
  return stdout;
}

/** The program and its first arguments, for words of a delivery. */
export const command = [nodePath, cliPath] as const;

/** The environment of a container, whose home is the disk too. */
export const containerOf = (project: Project, reference: string) => ({
  HOME: join(project.path, 'disk', 'user'),
  KITWRIGHT_PLAIN_HTTP: '1',
  MODELKIT_REF: reference,
  UNPACK_PATH: 'disk/pod',
});

const withStore = (...words: readonly string[]) => ['--config', 'disk/home', ...words];

export const deliveries: Readonly<Record<string, Delivery>> = {
  save: {
    words: withStore('save', 'team/model:v1', '-o', 'disk/kits.tar'),
    wholeIn: (disk) => wholeArchive(disk, 'kits.tar'),
    left: 1024,
  },
  copy: {
    words: withStore('copy', 'team/model:v1', 'archive:disk/copied.tar:v1'),
    wholeIn: (disk) => wholeArchive(disk, 'copied.tar'),
    left: 1024,
  },
  load: {
    words: ['--config', 'disk/there', 'load', 'kits.tar'],
    wholeIn: (disk) => namesIn(join(disk, 'there')),
    left: 1024,
  },
  mirror: {
    words: withStore('mirror', 'policy.yaml'),
    wholeIn: (disk) => wholeLayout(join(disk, 'mirrored')),
    left: 1024,
  },
  amend: {
    words: withStore('amend', 'team/model:v1', '--file', 'card.md=README.md', '-t', 'team/model:v2'),
    wholeIn: (disk) => namesIn(join(disk, 'home')).filter((name) => name === 'v2'),
    left: 0,
  },
  image: {
    words: withStore('image', 'team/model:v1', '--type', 'modelcar', '-t', 'oci:disk/image:v1'),
    wholeIn: (disk) => wholeLayout(join(disk, 'image')),
    left: 1024,
  },
  resolve: {
    words: withStore('resolve', 'team/model:v1', '--into', 'disk/models'),
    wholeIn: (disk) => wholeFiles(disk, 'models/sha256-*/kit/w.bin', 'models/sha256-*'),
    left: 1024,
  },
  export: {
    words: withStore('export', 'team/model:v1', 'disk/exported', '--to', 'folder'),
    wholeIn: (disk) => wholeFiles(disk, 'exported/w.bin'),
    left: 1024,
  },
  'init-container': { words: ['init-container'], wholeIn: (disk) => wholeFiles(disk, 'pod/w.bin'), left: 1024 },
};

/** The tags of a store; what they name is checked by `store check`. */
export function namesIn(home: string): readonly string[] {
  const path = join(home, 'store', 'index.json');
  if (!existsSync(path)) return [];
  const { manifests } = JSON.parse(readFileSync(path, 'utf8')) as Index;
  return manifests.flatMap(
    ({ annotations }) => annotations?.['org.opencontainers.image.ref.name']?.split(':').at(-1) ?? [],
  );
}

interface Index {
  readonly manifests: readonly (Blob & { readonly annotations?: Readonly<Record<string, string>> })[];
}

interface Blob {
  readonly digest: string;
}

/** The archive of this name, the same as the one that nobody interrupted. */
function wholeArchive(disk: string, name: string): readonly string[] {
  const path = join(disk, name);
  if (!existsSync(path)) return [];
  assert.ok(readFileSync(path).equals(readFileSync(join(disk, '..', name))));
  return [name];
}

/** The tags of a layout, each with all blobs to which it leads. */
function wholeLayout(folder: string): readonly string[] {
  const path = join(folder, 'index.json');
  if (!existsSync(path)) return [];
  for (const name of readdirSync(join(folder, 'blobs', 'sha256')).filter((one) => /^[0-9a-f]{64}$/.test(one)))
    assert.equal(sha256(readFileSync(join(folder, 'blobs', 'sha256', name))), name);
  const { manifests } = JSON.parse(readFileSync(path, 'utf8')) as Index;
  return manifests.map(({ digest, annotations }) => {
    const blob = (of: Blob) => join(folder, 'blobs', of.digest.replace(':', '/'));
    const { config, layers } = JSON.parse(readFileSync(blob({ digest }), 'utf8'));
    for (const each of [config, ...layers]) assert.ok(existsSync(blob(each)), each.digest);
    return annotations?.['org.opencontainers.image.ref.name'] ?? digest;
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Files of the weights; `owners` are directories that have one once they are there. */
function wholeFiles(disk: string, pattern: string, owners?: string): readonly string[] {
  const files = globSync(pattern, { cwd: disk });
  for (const file of files) assert.ok(readFileSync(join(disk, file)).equals(weights), file);
  if (owners !== undefined) assert.equal(globSync(owners, { cwd: disk }).length, files.length);
  return files;
}
