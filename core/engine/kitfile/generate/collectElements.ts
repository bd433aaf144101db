import type { CodeEntry, DatasetEntry, DocsEntry, NamedEntry } from '../Kitfile.ts';
import { isEnvironment, isLeftOut } from '../leftOut.ts';
import {
  documentKind,
  type FileKind,
  fileKind,
  isKitfileName,
  isTorchBin,
  skillFile,
  withoutSuffix,
} from './fileKind.ts';
import { joined, type Listing, type ProjectFiles } from './ProjectFiles.ts';
import { type Skill, skillFrontMatter } from './skillFrontMatter.ts';
import { trainingOutput } from './trainingOutput.ts';

/** The files of a project by kind, in the order of the Kitfile. */
export interface Elements {
  readonly weights: SizedPath[];
  readonly metadata: string[];
  readonly code: CodeEntry[];
  readonly datasets: DatasetEntry[];
  readonly docs: DocsEntry[];
  readonly prompts: NamedEntry[];
  readonly mcpServers: NamedEntry[];
  /** Directories in which each checkpoint has a directory of its own. */
  readonly checkpoints: string[];
  /** Licence files at the top. */
  readonly licenses: string[];
  /** Paths that belong in no kit; directories end with a slash. */
  readonly leftOut: string[];
  /** Skills at the top or directly below it. */
  readonly skills: Skill[];
}

/** A file that may become the model or one of its parts; `size` in bytes. */
export interface SizedPath {
  readonly path: string;
  readonly size: number;
}

/**
 * Sorts the files of a project; directories below `depth` become one element each, a negative depth sorts every file.
 */
export function collectElements(project: ProjectFiles, depth: number): Elements {
  const elements: Elements = {
    weights: [],
    metadata: [],
    code: [],
    datasets: [],
    docs: [],
    prompts: [],
    mcpServers: [],
    checkpoints: [],
    licenses: [],
    leftOut: [],
    skills: [],
  };
  addTree(elements, project, '', 0, depth);
  return elements;
}

/** If the top has more unknown files than this, they become one code layer. */
const maxUnknown = 5;

/** If that layer would include paths that are left out, up to this many files become a layer each. */
const maxListed = 100;

function addTree(elements: Elements, project: ProjectFiles, directory: string, level: number, depth: number): void {
  const listing = listingOf(elements, project, directory);
  if (!listing) return;
  if (isSkill(listing)) {
    addSkill(elements, project, directory, Math.max(0, level - 1));
    return;
  }
  const unknown: string[] = [];
  for (const { name, size } of listing.files.filter((file) => !isKitfileName(file.name))) {
    const path = joined(directory, name);
    const document = documentKind(name);
    if (document) addDocument(elements, path, document, level === 0);
    else if (!addFile(elements, path, name, size)) unknown.push(path);
  }
  for (const name of listing.directories) {
    const path = joined(directory, name);
    if (addTrainingOutput(elements, project, path)) continue;
    if (depth < 0 || level < depth) addTree(elements, project, path, level + 1, depth);
    else addDirectory(elements, project, path, level);
  }
  const most = elements.leftOut.length ? maxListed : maxUnknown;
  if (level === 0 && unknown.length > most) elements.code.push({ path: '.' });
  // One by one: a directory may have more files than a function takes arguments.
  else for (const path of unknown) elements.code.push({ path });
}

/** Checkpoints are one model, and a layer that a watch follows; records are left out. */
function addTrainingOutput(
  { weights, leftOut, checkpoints }: Elements,
  project: ProjectFiles,
  directory: string,
): boolean {
  const output = trainingOutput(project, directory);
  if (output?.kind === 'checkpoints') weights.push({ path: directory, size: output.size });
  if (output?.kind === 'checkpoints' && output.inDirectories) checkpoints.push(directory);
  if (output?.kind === 'records') leftOut.push(`${directory}/`);
  return output !== undefined;
}

/** The entries of a directory that are not left out; undefined for an environment or cache, which is left out whole. */
function listingOf({ leftOut }: Elements, project: ProjectFiles, directory: string): Listing | undefined {
  const { files, directories } = project.list(directory);
  if (directory && isEnvironment({ files, directories })) {
    leftOut.push(`${directory}/`);
    return undefined;
  }
  const isKept = (name: string, type: 'file' | 'directory') => {
    if (!isLeftOut(name, type)) return true;
    leftOut.push(`${joined(directory, name)}${type === 'directory' ? '/' : ''}`);
    return false;
  };
  return {
    files: files.filter(({ name }) => isKept(name, 'file')),
    directories: directories.filter((name) => isKept(name, 'directory')),
  };
}

function isSkill({ files }: Listing): boolean {
  return files.some(({ name }) => name === skillFile);
}

function addSkill(elements: Elements, project: ProjectFiles, directory: string, level: number): void {
  const { name, description, license } = skillFrontMatter(project.read(joined(directory, skillFile)));
  const path = directory ? `${directory}/` : '.';
  elements.prompts.push({ ...(name ? { name } : {}), path, ...(description ? { description } : {}) });
  const package_ = {
    ...(name ? { name } : {}),
    ...(description ? { description } : {}),
    ...(license ? { license } : {}),
  };
  if (level === 0) elements.skills.push(package_);
}

function addDocument(elements: Elements, path: string, kind: 'readme' | 'license', top: boolean): void {
  elements.docs.push({ path, description: kind === 'readme' ? 'Readme file' : 'License file' });
  if (kind === 'license' && top) elements.licenses.push(path);
}

/**
 * Adds a file by the kind of its name; false if the kind is unknown. `kit` matches `*pytorch_model*.bin` at the top
 * only.
 */
function addFile(elements: Elements, path: string, name: string, size: number): boolean {
  switch (path !== name && isTorchBin(name) ? 'unknown' : fileKind(name)) {
    case 'weights':
      elements.weights.push({ path, size });
      return true;
    case 'metadata':
      elements.metadata.push(path);
      return true;
    case 'dataset':
      elements.datasets.push({ path });
      return true;
    case 'docs':
      elements.docs.push({ path });
      return true;
    case 'prompt':
      elements.prompts.push({ path });
      return true;
    case 'mcpb':
      elements.mcpServers.push(mcpServer(path));
      return true;
    case 'unknown':
      return false;
  }
}

function mcpServer(path: string): NamedEntry {
  return { name: withoutSuffix(path), path };
}

const specialDirectories: ReadonlyMap<string, 'docs' | 'code'> = new Map([
  ['docs', 'docs'],
  ['src', 'code'],
  ['lib', 'code'],
  ['pkg', 'code'],
  ['build', 'code'],
]);

/** A directory that becomes one element, or several for its weights. */
function addDirectory(elements: Elements, project: ProjectFiles, directory: string, level: number): void {
  const listing = listingOf(elements, project, directory);
  if (!listing) return;
  if (isSkill(listing)) {
    addSkill(elements, project, directory, level);
    return;
  }
  const special = specialDirectories.get(directory.slice(directory.lastIndexOf('/') + 1));
  if (special) {
    elements[special].push({ path: `${directory}/` });
    return;
  }
  const kind = onlyKind(listing);
  if (kind === undefined) addMixed(elements, directory, listing);
  else addPure(elements, directory, listing, kind);
}

/** The kind of a flat directory, if all its files have the same; metadata fit every kind. */
function onlyKind({ files, directories }: Listing): FileKind | undefined {
  if (directories.length) return undefined;
  const kinds = new Set(files.map(({ name }) => (isKitfileName(name) ? 'unknown' : fileKind(name))));
  kinds.delete('metadata');
  return kinds.size === 1 ? [...kinds][0] : undefined;
}

/** A directory of a mixed or unknown kind is code, but weights in it are added to the model too. */
function addMixed(elements: Elements, directory: string, { files }: Listing): void {
  for (const { name, size } of files) {
    if (fileKind(name) === 'weights') elements.weights.push({ path: joined(directory, name), size });
  }
  elements.code.push({ path: `${directory}/` });
}

function addPure(elements: Elements, directory: string, { files }: Listing, kind: FileKind): void {
  const of = (wanted: FileKind) =>
    files
      .filter(({ name }) => fileKind(name) === wanted)
      .map(({ name, size }) => ({ path: joined(directory, name), size }));
  const whole = { path: `${directory}/` };
  if (kind === 'weights') for (const file of [...of('weights'), ...of('metadata')]) elements.weights.push(file);
  else if (kind === 'mcpb') for (const { path } of of('mcpb')) elements.mcpServers.push(mcpServer(path));
  else if (kind === 'dataset') elements.datasets.push(whole);
  else if (kind === 'docs') elements.docs.push(whole);
  else if (kind === 'prompt') elements.prompts.push(whole);
  else elements.code.push(whole);
}
