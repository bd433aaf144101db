import type { Listing } from './generate/ProjectFiles.ts';

/**
 * Names that belong in no kit: a generated Kitfile does not list them. Upper and lower case are equal; a `/` at the end
 * means directories only. This does not affect `pack`, where the Kitfile and `.kitignore` decide.
 */
const names: ReadonlySet<string> = new Set(
  [
    // Operating systems.
    '.DS_Store .AppleDouble .LSOverride .Spotlight-V100/ .Trashes/ .fseventsd/ .TemporaryItems/ .DocumentRevisions-V100/',
    '__MACOSX/ Thumbs.db ehthumbs.db ehthumbs_vista.db desktop.ini $RECYCLE.BIN/ .directory .localized lost+found/',
    // Editors.
    '.idea/ .vscode/ .vs/ .fleet/ .zed/ .cursor/ .history/ .settings/ .project .classpath .pydevproject .spyproject/',
    '.spyderproject .ropeproject/ .metals/ .ipynb_checkpoints/ .virtual_documents/',
    // Version control.
    '.git .hg .svn/ .bzr/ .jj/ .fossil/ .pijul/ _darcs/ CVS/',
    // Secrets.
    '.env .envrc .netrc _netrc .pypirc .npmrc .pgpass .git-credentials .ssh/ .aws/ .azure/ .gcloud/ .kube/ .gnupg/',
    // Dependencies and virtual environments, which can be installed again.
    'node_modules/ bower_components/ .pnpm-store/ .venv venv/ .virtualenv/ .conda/ __pypackages__/ .eggs/ .bundle/',
    // Private files and caches of tools.
    '__pycache__/ .pytest_cache/ .mypy_cache/ .ruff_cache/ .pytype/ .pyre/ .hypothesis/ .tox/ .nox/ .coverage htmlcov/',
    '.cache/ .gradle/ .terraform/ .turbo/ .nx/ .parcel-cache/ .next/ .nuxt/ .svelte-kit/ .angular/ .nyc_output/ .sass-cache/',
    '.ccls-cache/ .dvc/',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);

/**
 * AppleDouble files, swap and backup files of editors, variants of `.env` except examples, compiled Python, and files
 * left by an installation.
 */
const patterns =
  /^\._|^\.env\.(?!example$|sample$|template$|dist$)|^\.#|^#.*#$|~$|^\..*\.sw[a-p]$|\.py[co]$|\.egg-info$/;

export function isLeftOut(name: string, type: 'file' | 'directory'): boolean {
  const lower = name.toLowerCase();
  return names.has(lower) || (type === 'directory' && names.has(`${lower}/`)) || patterns.test(lower);
}

/** Files by which a virtual environment of any name, or a cache (bford.info/cachedir), is recognised. */
const markers: ReadonlySet<string> = new Set(['pyvenv.cfg', 'CACHEDIR.TAG']);

/** Do the files in this directory show that it is an environment or a cache? */
export function isEnvironment({ files, directories }: Listing): boolean {
  return files.some(({ name }) => markers.has(name)) || directories.includes('conda-meta');
}
