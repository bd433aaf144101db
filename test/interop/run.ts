import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildConformance,
  buildCosign2,
  buildCosign3,
  buildCrane,
  buildDistribution,
  buildDockerModel,
  buildFulcio,
  buildKit,
  buildKubeconform,
  buildNotation,
  buildOras,
  buildRekorTiles,
  buildSlsaVerifier,
  buildTarReader,
  buildTekton,
  buildTimestampServer,
  buildVersityGw,
  findApache,
  findBuildah,
  findBusybox,
  findChromium,
  findContainerd,
  findDockerRegistry,
  findGitLfs,
  findKfp,
  findKserveStorage,
  findKubernetesSchemas,
  findLighttpd,
  findMlflow,
  findModelSigning,
  findPackageManagers,
  findPodman,
  findPyKitOps,
  findRunc,
  findScript,
  findSkopeo,
  findUmoci,
  findUnshare,
  findWriter,
} from './buildPeers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const found = {
  KIT: buildKit(),
  ORAS: buildOras(),
  TAR_READER: buildTarReader(),
  TEKTON: buildTekton(),
  SKOPEO: findSkopeo(),
  REGISTRY2: findDockerRegistry(),
  REGISTRY3: buildDistribution(),
  PYKITOPS: findPyKitOps(),
  GIT_LFS: findGitLfs(),
  VERSITYGW: buildVersityGw(),
  LIGHTTPD: findLighttpd(),
  APACHE2: findApache(),
  SCRIPT: findScript(),
  UNSHARE: findUnshare(),
  DOCKER_MODEL: buildDockerModel(),
  CRANE: buildCrane(),
  COSIGN2: buildCosign2(),
  COSIGN3: buildCosign3(),
  NOTATION: buildNotation(),
  SLSA_VERIFIER: buildSlsaVerifier(),
  FULCIO: buildFulcio(),
  REKOR_TILES: buildRekorTiles(),
  TIMESTAMP_SERVER: buildTimestampServer(),
  MODEL_SIGNING: findModelSigning(),
  CONFORMANCE: buildConformance(),
  KUBECONFORM: buildKubeconform(),
  KUBERNETES_SCHEMAS: findKubernetesSchemas(),
  CHROMIUM: findChromium(),
  PACKAGE_MANAGERS: findPackageManagers(),
  MLFLOW: findMlflow(),
  KFP: findKfp(),
  UMOCI: findUmoci(),
  RUNC: findRunc(),
  PODMAN: findPodman(),
  CONTAINERD: findContainerd(),
  BUILDAH: findBuildah(),
  BUSYBOX: findBusybox(),
  KSERVE_STORAGE: findKserveStorage(),
  WRITER_0_7: findWriter('0.7.0'),
  WRITER_0_8: findWriter('0.8.0'),
};
const missing = Object.entries(found).flatMap(([name, path]) => (path === undefined ? [name.toLowerCase()] : []));

if (missing.length) console.log(`interop: ${missing.join(', ')} cannot be had here.`);
if (found.KIT === undefined || (missing.length && process.env['CI'])) process.exit(process.env['CI'] ? 1 : 0);
const tests = globSync('test/interop/*.test.ts', { cwd: root }).sort();
const env = { ...process.env, ...Object.fromEntries(Object.entries(found).map(([name, path]) => [name, path ?? ''])) };
// One file after the other: the timestamp authority has a port for its metrics that cannot be chosen.
const args = ['--conditions=kitwright-source', '--test', '--test-concurrency=1', '--test-reporter=spec', ...tests];
const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
process.exit(status ?? 1);
