import { fileKind } from './fileKind.ts';
import { joined, type Listing, type ProjectFiles } from './ProjectFiles.ts';

/** What a training wrote into a directory: checkpoints that are a model, or records. */
export type TrainingOutput = Checkpoints | { readonly kind: 'records' };

export interface Checkpoints {
  readonly kind: 'checkpoints';
  /** Of the newest, in bytes. */
  readonly size: number;
  /** Does each have a directory of its own? */
  readonly inDirectories: boolean;
}

/**
 * Recognises the directories of trainings, which `kit` takes for code: checkpoints of the Trainer, accelerate, DeepSpeed
 * and Lightning, and the records of Weights & Biases, MLflow and TensorBoard, which their programs read, not a kit's
 * users. Undefined for anything else.
 */
export function trainingOutput(project: ProjectFiles, directory: string): TrainingOutput | undefined {
  const listing = project.list(directory);
  const name = directory.slice(directory.lastIndexOf('/') + 1);
  if (isRecords(name, listing, project, directory)) return { kind: 'records' };
  const checkpoints = checkpointsIn(project, directory, listing, name === 'lightning_logs' ? 2 : 0);
  const sizes = checkpoints.map((path) => weightsIn(project, path)).filter((size) => size > 0);
  const inDirectories = checkpoints.some((path) => !path.endsWith('/checkpoints'));
  return sizes.length ? { kind: 'checkpoints', size: sizes.at(-1) as number, inDirectories } : undefined;
}

function isRecords(name: string, listing: Listing, project: ProjectFiles, directory: string): boolean {
  const { directories } = listing;
  if (name === 'wandb') return directories.some((child) => /^(?:offline-)?run-\d{8}_/.test(child));
  if (name === 'mlruns') return directories.some((child) => /^(?:\d+|models|\.trash)$/.test(child));
  return name === 'runs' && hasOnlyEvents(project, directory, listing, 2);
}

/** Only event files of TensorBoard, at this depth at most. */
function hasOnlyEvents(project: ProjectFiles, directory: string, listing: Listing, depth: number): boolean {
  const { files, directories } = listing;
  if (!files.every(({ name }) => name.startsWith('events.out.tfevents'))) return false;
  if (directories.length === 0) return files.length > 0;
  if (depth === 0) return false;
  return directories.every((name) => {
    const path = joined(directory, name);
    return hasOnlyEvents(project, path, project.list(path), depth - 1);
  });
}

const checkpointName = /^(?:checkpoint[-_]\d+|global_step\d+|checkpoints)$/;

/** Directories of checkpoints, this many levels below at most: Lightning puts them into `version_N/checkpoints`. */
function checkpointsIn(
  project: ProjectFiles,
  directory: string,
  { directories }: Listing,
  depth: number,
): readonly string[] {
  const paths = directories.map((name) => ({ name, path: joined(directory, name) }));
  const found = paths.filter(({ name }) => checkpointName.test(name) && (depth > 0 || name !== 'checkpoints'));
  const below = depth > 0 ? paths.filter(({ name }) => /^version_\d+$/.test(name)) : [];
  return [
    ...found.map(({ path }) => path),
    ...below.flatMap(({ path }) => checkpointsIn(project, path, project.list(path), depth - 1)),
  ];
}

function weightsIn(project: ProjectFiles, directory: string): number {
  const weights = project
    .list(directory)
    .files.filter(({ name }) => fileKind(name) === 'weights' || /\.bin$/.test(name));
  return weights.reduce((sum, { size }) => sum + size, 0);
}
