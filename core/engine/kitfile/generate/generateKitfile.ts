import { belowAny } from '../../files/belowAny.ts';
import { guessText } from '../../files/decodeText.ts';
import type { Kitfile, ModelSection, PackageSection } from '../Kitfile.ts';
import { collectElements, type Elements, type SizedPath } from './collectElements.ts';
import { withoutSuffix } from './fileKind.ts';
import { findInside } from './findInside.ts';
import type { ProjectFiles } from './ProjectFiles.ts';

export interface GenerateOptions {
  readonly package: PackageSection;
  /** Levels of directories to search; a negative number means all of them. */
  readonly depth: number;
  /** The SPDX identifier of a licence text, if it is a known one. */
  readonly licenseOf: (text: string) => string | undefined;
}

export interface Generated {
  readonly kitfile: Kitfile;
  /** Licence files whose text was not recognised. */
  readonly unknownLicenses: readonly string[];
  /** Paths that belong in no kit and that the Kitfile does not name; directories end with a slash. */
  readonly leftOut: readonly string[];
  /** Paths that belong in no kit, but are inside directories that are packed whole. */
  readonly inside: readonly string[];
  /** Directories in which a training keeps each checkpoint in a directory of its own. */
  readonly checkpoints: readonly string[];
}

/** Makes a Kitfile for a project from the names and sizes of its files (facts: KitOps 1.15, `init`). */
export function generateKitfile(project: ProjectFiles, options: GenerateOptions): Generated {
  const elements = collectElements(project, options.depth);
  const { license, unknownLicenses } = detectLicense(elements, project, options);
  const model = modelOf(elements);
  const { code, docs, prompts, mcpServers } = elements;
  const datasets = [...elements.datasets, ...(model ? [] : elements.metadata.map((path) => ({ path })))];
  const kitfile: Kitfile = {
    manifestVersion: '1.0.0',
    package: packageOf(elements, options.package),
    ...(model ? { model } : {}),
    ...filled({ code, datasets, docs, prompts, mcpServers }),
  };
  const wholes = [...code, ...datasets, ...docs, ...prompts].flatMap(({ path = '' }) =>
    /^\.$|\/$/.test(path) ? [path] : [],
  );
  const isPacked = belowAny(wholes.map((path) => path.replace(/\/$/, '')));
  return {
    kitfile: withLicense(kitfile, license),
    unknownLicenses,
    leftOut: elements.leftOut.filter((path) => !isPacked(path)),
    inside: findInside(project, wholes),
    checkpoints: elements.checkpoints,
  };
}

/** Licences that are read; comparing one with all that are known takes some time. */
const mostLicenses = 20;

function detectLicense({ licenses }: Elements, project: ProjectFiles, { licenseOf }: GenerateOptions) {
  const read = licenses.slice(0, mostLicenses).map((path) => ({ path, id: licenseOf(guessText(project.read(path))) }));
  return {
    license: read.findLast(({ id }) => id !== undefined)?.id,
    unknownLicenses: read.flatMap(({ path, id }) => (id === undefined ? [path] : [])),
  };
}

function modelOf({ weights, metadata }: Elements): ModelSection | undefined {
  const chosen = chooseModel(weights);
  if (!chosen) return undefined;
  const { path } = chosen.model;
  const parts = [...weights.filter((file) => file !== chosen.model).map((file) => file.path), ...metadata];
  return {
    ...(chosen.named ? { name: withoutSuffix(path) } : {}),
    path,
    ...(parts.length ? { parts: parts.map((part) => ({ path: part })) } : {}),
  };
}

/** A file this much larger than the average is the model; the others are its parts. */
const outstanding = 1.5;

function chooseModel(
  weights: readonly SizedPath[],
): { readonly model: SizedPath; readonly named: boolean } | undefined {
  const [first] = weights;
  if (!first) return undefined;
  const largest = weights.reduce((a, b) => (b.size > a.size ? b : a));
  const average = weights.reduce((sum, { size }) => sum + size, 0) / weights.length;
  if (largest.size > outstanding * average) return { model: largest, named: true };
  return { model: first, named: weights.length === 1 };
}

/** A kit with one skill and nothing else takes its description from the skill. */
function packageOf(
  { skills, weights, metadata, code, datasets, docs }: Elements,
  given: PackageSection,
): PackageSection {
  const [skill] = skills;
  const others = [weights, metadata, code, datasets, docs].some((list) => list.length);
  return skills.length === 1 && !others ? { ...skill, ...given } : given;
}

function filled<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => (Array.isArray(part) ? part.length : part)),
  ) as T;
}

/** The licence is set on the model, else on the only dataset or code layer, else on the package. */
function withLicense(kitfile: Kitfile, license: string | undefined): Kitfile {
  if (license === undefined) return kitfile;
  const { model, datasets = [], code = [] } = kitfile;
  if (model) return { ...kitfile, model: { ...model, license } };
  const [dataset] = datasets;
  const [program] = code;
  if (dataset && datasets.length + code.length === 1) return { ...kitfile, datasets: [{ ...dataset, license }] };
  if (program && datasets.length + code.length === 1) return { ...kitfile, code: [{ ...program, license }] };
  return { ...kitfile, package: { ...kitfile.package, license } };
}
