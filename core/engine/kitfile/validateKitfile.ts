import { maxEntryPath } from '../files/checkEntryName.ts';
import { cleanPath } from '../files/cleanPath.ts';
import type { DatasetEntry, Kitfile, KitfileSource, NamedEntry } from './Kitfile.ts';
import { type IsReference, isAbsolutePath, isUrl, namesKit, type PathUse } from './localPath.ts';
import { type Mistake, mistakesError } from './mistakesError.ts';

const supportedVersion = '1.0.0';

/**
 * Checks the rules of `kit` 1.15 and returns warnings. `schemes` are those of URLs at which data may be. Throws
 * `kitfile-invalid` with every mistake and its position.
 */
export function validateKitfile(
  source: KitfileSource,
  isReference: IsReference,
  schemes: readonly string[],
): readonly string[] {
  const { kitfile, file, text, offsetOf } = source;
  const mistakes: Mistake[] = [];
  const report: Report = (at, message) => void mistakes.push({ message, offset: offsetOf(at) });
  const uses = pathUses(kitfile, isReference);
  for (const use of uses) checkPath(use, isReference, report);
  for (const [i, prompt] of (kitfile.prompts ?? []).entries()) {
    checkPath({ what: `prompt layer ${i}`, path: prompt.path ?? '', at: `prompts.${i}.path` }, isReference, report);
  }
  checkDuplicates(uses, report);
  checkDepth(uses, kitfile.prompts ?? [], report);
  checkPrompts(kitfile.prompts ?? [], report);
  checkParts(kitfile, report);
  for (const [i, dataset] of (kitfile.datasets ?? []).entries())
    checkRemote(dataset, i, { isReference, schemes, report });
  checkInsideRemote(kitfile, uses, { schemes, report });
  checkServers(kitfile.mcpServers ?? [], report);
  if (mistakes.length) throw mistakesError(file, text, mistakes);
  const version = kitfile.manifestVersion ?? '';
  if (version === supportedVersion) return [];
  const found = version ? `manifestVersion ${version}` : 'no manifestVersion';
  return [`The Kitfile has ${found}; this version of Kitwright knows ${supportedVersion}.`];
}

type Report = (at: string, message: string) => void;

function pathUses(kitfile: Kitfile, isReference: IsReference): readonly PathUse[] {
  const { model } = kitfile;
  const parts = model?.parts ?? [];
  const use = (what: string, at: string, path: string | undefined): PathUse => ({
    what: what.trim(),
    at,
    path: path ?? '',
  });
  const local = modelReference(kitfile, isReference) === undefined;
  return [
    ...(model && local ? [use(`model ${model.name ?? ''}`, 'model.path', model.path)] : []),
    ...parts.map((part, i) => use(`modelpart ${part.name ?? ''}`, `model.parts.${i}.path`, part.path)),
    ...(kitfile.code ?? []).map((entry, i) => use(`code layer ${i}`, `code.${i}.path`, entry.path)),
    ...(kitfile.datasets ?? []).map((entry, i) => use(`dataset layer ${i}`, `datasets.${i}.path`, entry.path)),
    ...(kitfile.docs ?? []).map((entry, i) => use(`docs layer ${i}`, `docs.${i}.path`, entry.path)),
    ...(kitfile.mcpServers ?? []).map((entry, i) => use(`mcpServer layer ${i}`, `mcpServers.${i}.path`, entry.path)),
  ];
}

/**
 * The kit that `model.path` names, or undefined where it is a local path (or nothing). A model with a layer is local.
 */
export function modelReference({ model }: Kitfile, isReference: IsReference): string | undefined {
  const { path, digest } = model ?? {};
  return path && digest === undefined && namesKit(path, isReference) ? path : undefined;
}

function checkPath({ what, path, at }: PathUse, isReference: IsReference, report: Report): void {
  if (path.includes('\0')) report(at, `no file has the path of ${what}: it has a NUL character in it`);
  else if (isAbsolutePath(path)) report(at, `absolute paths are not supported in a Kitfile (path ${path} in ${what})`);
  else if (isUrl(path) || namesKit(path, isReference)) {
    report(at, `invalid path for ${what} (${path}): only local paths are permitted; begin it with ./ if it is one`);
  }
}

function checkDuplicates(uses: readonly PathUse[], report: Report): void {
  const groups = Map.groupBy(uses, ({ path }) => cleanPath(path));
  for (const [path, group] of groups) {
    const last = group.at(-1);
    if (group.length < 2 || !last) continue;
    const names = group.map(({ what }) => what);
    report(last.at, `${names.slice(0, -1).join(', ')} and ${names.at(-1)} use the same path ${path}`);
  }
}

/** Prompts may share a path, as with `kit`; each is a layer of its own, of whatever size. */
const mostSharing = 10;

function checkPrompts(prompts: readonly NamedEntry[], report: Report): void {
  const groups = Map.groupBy(prompts.keys(), (i) => cleanPath(prompts[i]?.path ?? ''));
  for (const [path, group] of groups)
    if (group.length > mostSharing)
      report(`prompts.${group.at(-1)}.path`, `more than ${mostSharing} prompts use the same path ${path}`);
}

const partType = /^\w[\w.-]{0,63}$/;

function checkParts(kitfile: Kitfile, report: Report): void {
  kitfile.model?.parts?.forEach(({ type, name }, i) => {
    if (type !== undefined && type !== '' && !partType.test(type)) {
      report(
        `model.parts.${i}.type`,
        `modelpart ${name ?? i} has an invalid type: letters, digits, "_", "." and "-", at most 64`,
      );
    }
  });
}

interface RemoteRules {
  readonly isReference: IsReference;
  readonly schemes: readonly string[];
  readonly report: Report;
}

function checkRemote(dataset: DatasetEntry, index: number, { isReference, schemes, report }: RemoteRules): void {
  const { remotePath, remoteHash } = dataset;
  const at = `datasets.${index}`;
  if (!remotePath) {
    if (remoteHash)
      report(`${at}.remoteHash`, `dataset layer ${index} has a remoteHash (remote hash) but no remotePath`);
    return;
  }
  const isAtUrl = hasScheme(remotePath, schemes);
  if (!isAtUrl && !isReference(remotePath)) {
    const known = schemes.map((scheme) => (scheme === 's3' ? 'S3' : scheme)).join(', ');
    const allowed = known ? `${known} URLs and ModelKit references` : 'ModelKit references';
    report(`${at}.remotePath`, `only ${allowed} are supported for remote dataset paths (${remotePath})`);
  }
  if (isAtUrl && !remoteHash)
    report(`${at}.remotePath`, `dataset layer ${index} needs a remoteHash (remote hash) for ${remotePath}`);
}

function hasScheme(remotePath: string, schemes: readonly string[]): boolean {
  return schemes.some((scheme) => remotePath.startsWith(`${scheme}://`));
}

/** Each path is looked at once: a Kitfile of a stranger may have a hundred thousand of both. */
function checkInsideRemote(
  kitfile: Kitfile,
  uses: readonly PathUse[],
  { schemes, report }: Pick<RemoteRules, 'schemes' | 'report'>,
): void {
  const remote = new Map<string, Set<string>>();
  kitfile.datasets?.forEach(({ remotePath, path }, i) => {
    if (!remotePath || hasScheme(remotePath, schemes)) return;
    const clean = cleanPath(path ?? '');
    remote.set(clean, (remote.get(clean) ?? new Set()).add(`datasets.${i}.path`));
  });
  const isRemote = (path: string, own: string) => {
    const places = remote.get(path);
    return places !== undefined && places.size > (places.has(own) ? 1 : 0);
  };
  for (const { what, path, at } of remote.size ? uses : [])
    if (upwards(cleanPath(path)).some((each) => isRemote(each, at)))
      report(at, `${what} uses a path (${path}) that is within the path for a remote dataset`);
}

/** Directories that the paths of all layers may lead through, and so many for each layer. */
const [freeDepth, depthOfLayer] = [20_000, 64];

/**
 * Each directory above a layer is looked at, and packed with it: a path of 4 KB may lead through two thousand of them, and
 * a Kitfile may have thousands of such paths.
 */
function checkDepth(uses: readonly PathUse[], prompts: readonly NamedEntry[], report: Report): void {
  let left = freeDepth;
  const places = [...uses, ...prompts.map(({ path = '' }, i) => ({ path, at: `prompts.${i}.path` }))];
  for (const { path, at } of places) {
    left += depthOfLayer - partsOf(path);
    if (left >= 0) continue;
    report(at, 'the paths of the layers lead through too many directories');
    break;
  }
}

function partsOf(path: string): number {
  let count = 1;
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) count++;
  return count;
}

/** A path, the directories above it, and `.`; none for one that is too long for any file. */
function upwards(path: string): readonly string[] {
  const found = ['.'];
  for (let end = path.length; end > 0 && path.length <= maxEntryPath; end = path.lastIndexOf('/', end - 1))
    found.push(path.slice(0, end));
  return found;
}

function checkServers(servers: readonly NamedEntry[], report: Report): void {
  const seen = new Set<string>();
  servers.forEach(({ name, path }, i) => {
    const at = `mcpServers.${i}`;
    if (!path?.endsWith('.mcpb'))
      report(`${at}.path`, `invalid path for mcpServer (${path ?? ''}): it must be a single .mcpb file`);
    if (!name) report(`${at}.path`, `mcpServer with path ${path ?? ''} must have a name`);
    else if (seen.has(name)) report(`${at}.name`, `duplicate mcpServer name ${name}: names must be unique`);
    seen.add(name ?? '');
  });
}
