import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kitVersion = '1.15.0';
const goVersion = '1.26';

const hasGo = (): boolean => spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0;

/** Debian's Go downloads the toolchain that the module asks for. */
const installGo = (): void => {
  if (process.getuid?.() !== 0) return;
  spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit' });
  spawnSync('apt-get', ['install', '-y', '-q', 'golang-go'], { stdio: 'inherit' });
};

/** The real `kit`, built once; undefined where there is no Go and none may be installed. */
export const buildKit = (): string | undefined => {
  const binary = join(root, '.cache', 'peers', `kit-${kitVersion}`);
  if (existsSync(binary)) return binary;
  if (!hasGo() && process.env['CI']) installGo();
  if (!hasGo()) return undefined;
  mkdirSync(join(root, '.cache', 'peers'), { recursive: true });
  const flags = `-X github.com/kitops-ml/kitops/pkg/lib/constants.Version=${kitVersion}`;
  console.log(`Building kit ${kitVersion} (Go ${goVersion} or newer) ...`);
  execFileSync('go', ['build', '-o', binary, '-ldflags', flags, 'github.com/kitops-ml/kitops'], {
    cwd: join(root, 'test', 'interop', 'peers'),
    stdio: 'inherit',
  });
  return binary;
};
