import { execFileSync } from 'node:child_process';
import { truncateSync, writeFileSync } from 'node:fs';

/** Mounts a stick of 64 MiB at a folder, with exFAT as most sticks have it: no links, no owners, no modes. */
export function startStick(exfat: string, folder: string): Disposable {
  const image = `${folder}.img`;
  writeFileSync(image, '');
  truncateSync(image, 64 * 1024 * 1024);
  execFileSync('mkfs.exfat', [image], { stdio: 'ignore' });
  const device = execFileSync('losetup', ['--find', '--show', image], { encoding: 'utf8' }).trim();
  const detach = () => execFileSync('losetup', ['--detach', device]);
  try {
    execFileSync(exfat, [device, folder], { stdio: 'ignore' });
  } catch (error) {
    detach();
    throw error;
  }
  return {
    [Symbol.dispose]: () => {
      execFileSync('umount', [folder]);
      detach();
    },
  };
}
