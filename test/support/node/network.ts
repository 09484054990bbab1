import { insideOf, mustRun, run } from './run.ts';

/** A network of a node's own: a cable to this machine, and two ranges of addresses behind it. */
export type Network = {
  /** The end of the cable on this machine. */
  readonly link: string;
  readonly hostAddress: string;
  readonly nodeAddress: string;
  readonly pods: string;
  readonly services: string;
};

const count = 10;

function network(index: number): Network {
  const prefix = `10.${99 - index}`;
  return {
    link: `rl${index}`,
    hostAddress: `${prefix}.0.1`,
    nodeAddress: `${prefix}.0.2`,
    pods: `${prefix}.1.0/24`,
    services: `${prefix}.128.0/20`,
  };
}

/**
 * Joins a node, given by a process in its network namespace, to this machine. Of ten networks (rl0 with 10.99.0.0/16,
 * down to rl9 with 10.90.0.0/16) it takes the first that nobody uses, so that several nodes can run side by side.
 */
export async function joinNetwork(namespace: number): Promise<Network> {
  for (let index = 0; index < count; index += 1) {
    const candidate = network(index);
    if (!(await isUnused(candidate)) || !(await layCable(candidate, namespace))) continue;
    await giveAddresses(candidate, namespace);
    return candidate;
  }
  throw new Error('all of rl0 to rl9 exist already, or their addresses (10.90.0.0/12) are in use here');
}

/** Removes both ends at once, and the routes with them. */
export async function leaveNetwork({ link }: Network): Promise<void> {
  await run('ip', ['link', 'delete', link]);
}

async function isUnused({ hostAddress }: Network): Promise<boolean> {
  const routes = await run('ip', ['-j', 'route', 'show', 'root', hostAddress.replace(/\.0\.1$/, '.0.0/16')]);
  return routes.status === 0 && routes.stdout.trim() === '[]';
}

/** Adding a link of a name that exists fails: this is how one of two callers gets it. */
async function layCable({ link }: Network, namespace: number): Promise<boolean> {
  const peer = ['peer', 'name', 'eth0', 'netns', String(namespace)];
  const { status, stderr } = await run('ip', ['link', 'add', link, 'type', 'veth', ...peer]);
  if (status !== 0 && !stderr.includes('File exists')) throw new Error(`ip link add ${link}: ${stderr}`);
  return status === 0;
}

async function giveAddresses(network: Network, namespace: number): Promise<void> {
  const { link, hostAddress, nodeAddress, pods, services } = network;
  const inside = (...args: string[]) => mustRun(...insideOf(namespace, 'ip', args));
  const here = (...args: string[]) => mustRun('ip', args);
  await here('address', 'add', `${hostAddress}/30`, 'dev', link);
  await here('link', 'set', link, 'up');
  await inside('address', 'add', `${nodeAddress}/30`, 'dev', 'eth0');
  await inside('link', 'set', 'eth0', 'up');
  await inside('route', 'add', 'default', 'via', hostAddress);
  for (const range of [pods, services]) await here('route', 'add', range, 'via', nodeAddress);
}
