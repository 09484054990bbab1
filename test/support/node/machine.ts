import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ProgramGroup, programGroup } from '../control-plane/program-group.ts';
import { temporaryFolder } from '../control-plane/temporary-folder.ts';
import { waitUntil } from '../control-plane/wait-until.ts';
import { makeControlGroups, removalOfControlGroups, removeControlGroups } from './control-groups.ts';
import { findLeftovers, findProcess } from './leftovers.ts';
import { joinNetwork, leaveNetwork, type Network } from './network.ts';
import { insideOf, type Output, run } from './run.ts';

/** What another process has to know to run programs on the machine: plain JSON. */
export type MachineFacts = {
  readonly folder: string;
  /** The first process in its namespaces, as this machine numbers it. */
  readonly init: number;
  readonly network: Network;
  /** The name of its control groups, in each hierarchy. */
  readonly controlGroup: string;
};

export type MachineProgram = 'containerd' | 'kubelet' | 'kube-proxy';

export type Machine = {
  readonly facts: MachineFacts;
  /** Starts a program on the machine that ends with it. */
  start(name: MachineProgram, command: string, args: readonly string[], env?: NodeJS.ProcessEnv): void;
  run(command: string, args: readonly string[]): Promise<Output>;
  log(program: MachineProgram): string;
  /** Each program with the end of its log. */
  summary(): string;
  /** Ends all that runs on it, and rejects with what is left behind, should anything be. */
  stop(): Promise<void>;
};

/**
 * The settings of the kernel that a kubelet writes, with the values that it wants. They hold for the whole
 * computer: the machine sees files in their place, so that the real ones stay as they are.
 */
const kernelSettings = {
  'vm/overcommit_memory': '1',
  'vm/panic_on_oom': '0',
  'kernel/panic': '10',
  'kernel/panic_on_oops': '1',
  'kernel/keys/root_maxkeys': '1000000',
  'kernel/keys/root_maxbytes': '25000000',
};

/**
 * The machine's first process. /run, /var/lib and /var/log are its own, so that programs find their usual paths
 * empty. It then waits, and buries the processes that others left.
 */
const init = `
set -e
mount --make-rshared /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock /run/netns
mount --bind "$1/lib" /var/lib
mount --bind "$1/log" /var/log
for file in "$1"/kernel/*; do
  setting=$(basename "$file" | tr : /)
  if [ -e "/proc/sys/$setting" ]; then mount --bind "$file" "/proc/sys/$setting"; fi
done
echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
touch "$1/ready"
sleep infinity &
while :; do wait; done
`;

/**
 * A machine inside this one: processes, mounts and network in namespaces of their own, which the kernel ends,
 * with all that is in them, as soon as their first process does, and that ends with ours.
 */
export async function startMachine(): Promise<Machine> {
  const controlGroup = `rootlock-${randomBytes(4).toString('hex')}`;
  const temporary = temporaryFolder('rootlock-node-', removalOfControlGroups(controlGroup));
  const folder = temporary.path;
  for (const name of ['lib', 'log', 'kernel']) mkdirSync(join(folder, name));
  for (const [setting, value] of Object.entries(kernelSettings)) {
    writeFileSync(join(folder, 'kernel', setting.replaceAll('/', ':')), `${value}\n`);
  }
  const programs = programGroup<MachineProgram | 'machine'>(join(folder, 'program-logs'));
  let first: number | undefined;
  let network: Network | undefined;

  const stop = async () => {
    if (network !== undefined) await leaveNetwork(network);
    for (const name of ['machine', 'kube-proxy', 'kubelet', 'containerd'] as const) await programs.stop(name);
    const last = first;
    if (last !== undefined) await untilGone(() => findProcess(last));
    await removeControlGroups(controlGroup);
    await temporary.remove();
    await untilGone(() => findLeftovers({ folder, controlGroup, link: network?.link }));
  };

  try {
    const pid = await enterNamespaces(programs, folder);
    first = pid;
    makeControlGroups(controlGroup);
    network = await joinNetwork(pid);
    return {
      facts: { folder, init: pid, network, controlGroup },
      start: (name, command, args, env) => {
        programs.start(name, ...insideOf(pid, command, args), env === undefined ? {} : { env });
      },
      run: (command, args) => run(...insideOf(pid, command, args)),
      log: programs.log,
      summary: programs.summary,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Resolves with the first process of the new namespaces, once they are set up. */
async function enterNamespaces(programs: ProgramGroup<'machine'>, folder: string): Promise<number> {
  const noted = join(folder, 'pid');
  const args = ['-c', unshare, 'sh', noted, init, folder];
  const started = programs.start('machine', 'sh', args, { graceSeconds: 0 });
  const look = async () => {
    if (started.exited) throw new Error(`a node's namespaces could not be made:\n${programs.log('machine')}`);
    return existsSync(join(folder, 'ready')) ? true : undefined;
  };
  await waitUntil('the namespaces of a node', look, { saw: programs.summary });
  return onlyChildOf(Number(readFileSync(noted, 'utf8')));
}

/** The kernel takes a moment to end what is in a namespace; what is there after that is left behind. */
async function untilGone(find: () => readonly string[]): Promise<void> {
  await waitUntil('everything of the node to be gone', async () => (find().length === 0 ? true : undefined), {
    seconds: 10,
    saw: () => `left behind:\n${find().join('\n')}`,
  });
}

/** Notes its process id, then becomes `unshare`, whose only child is the first process of the namespaces. */
const unshare = `
echo $$ > "$1"; shift
exec unshare --net --mount --pid --fork --kill-child --mount-proc --propagation private sh -c "$1" sh "$2"
`;

function onlyChildOf(unsharing: number): number {
  const children = readFileSync(`/proc/${unsharing}/task/${unsharing}/children`, 'utf8').trim();
  if (/^\d+$/.test(children)) return Number(children);
  throw new Error(`unshare has one child, the first process of the namespaces; found "${children}"`);
}
