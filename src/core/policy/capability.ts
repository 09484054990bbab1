import { finding, type Rule, type Severity } from './rule.ts';
import { hasOwnUserNamespace } from './user-namespace.ts';

/** What one capability, added to what the runtime gives by default, undoes. */
type Power = {
  /** Follows "CAP_X" in a sentence. */
  readonly can: string;
  /** What to do about it. */
  readonly instead: string;
  readonly severity: Severity;
  /** Whether it does so in a user namespace of the pod's own too: the node's kernel asks for it in the first one. */
  readonly inUserNamespace: boolean;
};

/**
 * The capabilities that undo a read-only root or reach the node's files or kernel; sources: capabilities(7) and the
 * page named beside each. Left out on purpose: those of the runtimes' default set (MKNOD among them: the device
 * cgroup refuses to open what it makes, cgroups(7)), those about networks, clocks, limits and logs, and PERFMON,
 * which reads but does not change. SYS_PTRACE needs other processes to see: host-pid.ts and shared-processes.ts.
 */
export const POWERS: Readonly<Record<string, Power>> = {
  ALL: {
    can: 'can remount its root writable and change the node',
    instead: 'add only the capabilities that are needed',
    severity: 'high',
    inUserNamespace: true,
  },
  // mount(2): MS_REMOUNT needs CAP_SYS_ADMIN, and nothing else.
  SYS_ADMIN: {
    can: 'can remount its root writable',
    instead: 'remove it, or move what needs it into a pod of its own',
    severity: 'high',
    inUserNamespace: true,
  },
  // init_module(2)
  SYS_MODULE: {
    can: "can load modules into the node's kernel",
    instead: 'remove it, and load the module on the node (modules-load.d)',
    severity: 'high',
    inUserNamespace: false,
  },
  // iopl(2), mem(4)
  SYS_RAWIO: {
    can: "can write the node's memory and disks past the file systems",
    instead: 'remove it, or use a device plugin for the device that is needed',
    severity: 'high',
    inUserNamespace: false,
  },
  // open_by_handle_at(2): with the file handle of the node's root it opens any file of that file system.
  DAC_READ_SEARCH: {
    can: "can open the node's files by their handles, outside its own root",
    instead: 'remove it, and give the process the user or group that may read the files',
    severity: 'high',
    inUserNamespace: false,
  },
  // kexec_load(2); reboot(2) itself stays within the pod's process ids (pid_namespaces(7)).
  SYS_BOOT: {
    can: "can load another kernel to replace the node's",
    instead: 'remove it',
    severity: 'high',
    inUserNamespace: false,
  },
  // bpf(2)
  BPF: {
    can: "can load programs into the node's kernel, which see and steer other containers",
    instead: 'remove it, or accept it for a node agent that you trust',
    severity: 'medium',
    inUserNamespace: false,
  },
};

/** Capabilities that a container adds and that make a read-only root worth little. */
export const capability: Rule = ({ container, pod }) => {
  if (container.security.addedCapabilities.length === 0) return [];
  const added = new Set(container.security.addedCapabilities);
  const confined = hasOwnUserNamespace(pod);
  return Object.entries(POWERS)
    .filter(([name, power]) => added.has(name) && (power.inUserNamespace || !confined))
    .map(([name, { can, instead, severity }]) =>
      finding(container, 'capability', `capability ${name} ${can}: ${instead}`, severity),
    );
};

/** True where a container may ptrace(2) the processes it sees, or enter their roots by /proc/PID/root (proc(5)). */
export function mayTrace({
  privileged,
  addedCapabilities,
}: Parameters<Rule>[0]['container']['security']): boolean {
  return privileged || addedCapabilities.includes('SYS_PTRACE') || addedCapabilities.includes('ALL');
}
