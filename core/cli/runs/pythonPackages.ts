import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { findProgram, readPlainFile } from '@kitwright/core/internal';

/** Frameworks whose versions decide whether a checkpoint can be loaded. */
const frameworks = new Set(
  'torch tensorflow keras jax flax transformers accelerate peft datasets lightning pytorch-lightning deepspeed xgboost lightgbm scikit-learn numpy safetensors'.split(
    ' ',
  ),
);

export interface PythonVersions {
  /** Of Python, e.g. `3.11`; undefined if the command is no Python. */
  readonly python?: string;
  /** `name version`, sorted by name. */
  readonly packages: readonly string[];
}

/**
 * The versions of Python and of the frameworks that a command will use, from the names of the folders of its
 * installation (PEP 376: `NAME-VERSION.dist-info`). Nothing is started.
 */
export function pythonPackages([program = '']: readonly string[], env: NodeJS.ProcessEnv): PythonVersions {
  const path = isAbsolute(program) || program.includes('/') ? resolve(program) : findProgram(program, env);
  const isPython = path !== undefined && /^(?:python|pypy)[\d.]*(?:\.exe)?$/.test(basename(path));
  const roots = [env['VIRTUAL_ENV'], env['CONDA_PREFIX'], ...(isPython ? prefixesOf(path) : [])];
  for (const root of roots) {
    const found = root !== undefined && root !== '' ? installationIn(root) : undefined;
    if (found) return found;
  }
  return { packages: [] };
}

/** `PREFIX/bin/python`; of a link, its target's prefix too. */
function prefixesOf(path: string): readonly string[] {
  return [path, orUndefined(() => realpathSync(path)) ?? path].map((one) => dirname(dirname(one)));
}

function installationIn(root: string): PythonVersions | undefined {
  const libraries = namesIn(join(root, 'lib')).filter((name) => /^python3\.\d{1,3}$/.test(name));
  const [library] = libraries;
  if (library === undefined) return undefined;
  const python = versionIn(root) ?? library.slice('python'.length);
  return { python, packages: packagesIn(join(root, 'lib', library, 'site-packages')) };
}

/** Of a few lines. */
const mostBytes = 64 * 1024;

/** `pyvenv.cfg` of a virtual environment names the whole version. */
function versionIn(root: string): string | undefined {
  const text = orUndefined(() => readPlainFile(join(root, 'pyvenv.cfg'), mostBytes).toString('utf8')) ?? '';
  return /^version(?:_info)? *= *(\d{1,3}\.\d{1,3}(?:\.\d{1,3})?)/m.exec(text)?.[1];
}

function packagesIn(folder: string): readonly string[] {
  const found = namesIn(folder).flatMap((name) => {
    const [, given = '', version = ''] = /^([\w.]{1,64})-([\w.+!]{1,64})\.dist-info$/.exec(name) ?? [];
    const normal = given.toLowerCase().replaceAll('_', '-');
    return frameworks.has(normal) ? [`${normal} ${version}`] : [];
  });
  return found.sort();
}

function namesIn(folder: string): readonly string[] {
  return orUndefined(() => readdirSync(folder)) ?? [];
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
