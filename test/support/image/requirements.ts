import { missingPackages } from '../programs-on-path.ts';

/** A program that builds the image here, and the Debian and Ubuntu package that has it. */
const programs = { buildah: 'buildah', busybox: 'busybox-static', ldd: 'libc-bin', npm: 'npm' } as const;

/** Why an image cannot be built here, one sentence each; empty where it can. */
export function imageObstacles({
  platform = process.platform,
  uid = process.getuid?.(),
  path = process.env.PATH ?? '',
}: {
  readonly platform?: string;
  readonly uid?: number | undefined;
  readonly path?: string;
} = {}): string[] {
  if (platform !== 'linux') return ['an image of Linux programs is made of this machine, which needs Linux'];
  const found: string[] = [];
  if (uid !== 0)
    found.push('buildah runs the steps of the build in a chroot, which needs root: run it with sudo');
  const packages = missingPackages(programs, path);
  if (packages.length > 0) found.push(`programs are missing: apt-get install ${packages.join(' ')}`);
  return found;
}
