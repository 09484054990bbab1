/**
 * Lines that speak of read-only file systems without a failed write on this container's root. Adding one is
 * adding a row; `before` is matched against the 80 characters in front of the words for EROFS.
 */
export type NotAnError = {
  readonly name: string;
  readonly seen: string;
  readonly line?: RegExp;
  readonly before?: RegExp;
  /** A failure told in the same line outweighs the row. */
  readonly unlessFailing?: true;
};

export const NOT_ERRORS: readonly NotAnError[] = [
  {
    name: 'kernel-remount',
    seen: 'EXT4-fs (sda1): Remounting filesystem read-only',
    line: /\bremount(?:ing|ed)? (?:the )?(?:root )?file ?system read-?only|\b(?:EXT[234]-fs|XFS|BTRFS|F2FS|JBD2)(?: \(| error|:)/i,
  },
  {
    name: 'node-level',
    seen: 'Nov 23 06:41:11 node1 kubelet[812]: E1123 06:41:11.1 mkdir /var/lib/kubelet/pods/x: read-only file system',
    line: /(?:^|\s)(?:kernel|kubelet|containerd|crio|dockerd|systemd|systemd-\w+|k3s|rke2|auditd)(?:\[\d+\])?: /,
  },
  {
    name: 'cgroup',
    seen: 'Failed to create /init.scope control group: Read-only file system',
    line: /\bcontrol group\b|\bcgroups?\b/i,
  },
  {
    name: 'node-path',
    seen: 'MountVolume.SetUp failed for volume "x": mkdir /var/lib/kubelet/pods/1/volumes: read-only file system',
    line: /\b(?:MountVolume|UnmountVolume|NodePublishVolume|NodeStageVolume|FailedMount|CreateContainerError|RunContainerError)\b|OCI runtime|runc (?:create|run)|container_linux\.go|rootfs_linux\.go|\/var\/lib\/kubelet\//,
  },
  {
    name: 'passed-test',
    seen: '--- PASS: TestWriteReadOnlyFileSystem (0.00s)',
    line: /^\s*(?:--- PASS|PASS\b|ok \d+|[✓✔√]|\[ *(?:OK|PASSED|RUN) *\]|=== RUN)|\b(?:PASSED|\.\.\. ok)\s*$/,
  },
  {
    name: 'expected',
    seen: 'INFO self-test: expected error: open /probe: read-only file system',
    line: /\b(?:expected (?:error|failure|result)|as expected|simulat(?:e|ed|ing)|mock(?:ed|ing)? )/i,
  },
  {
    name: 'scanner-finding',
    seen: 'KSV014 (HIGH): Container should have a read-only file system (securityContext.readOnlyRootFilesystem)',
    line: /\b(?:KSV-?\d+|CKV_\w+|AVD-\w+|CIS[- ]\d|C-00\d\d|DS-?\d{3,4}|CVE-\d+-\d+|readOnlyRootFilesystem|read_only_root_filesystem)\b/i,
  },
  {
    name: 'kernel-module',
    seen: 'erofs: (device loop0): mounted with root inode @ nid 36.',
    line: /\berofs: \(device|\btype erofs\b|-t erofs\b|\bmkfs\.erofs\b|\bsnapshotter\S*erofs\b|erofs-?snapshotter/i,
  },
  {
    name: 'prose',
    seen: 'This image supports running with a read-only file system.',
    before:
      /\b(?:a|an|the|this|your|with|for|supports?|support for|using|uses?|use|of|as|is|are|non|not|in|to|when|if|or|and|run(?:s|ning)?|detect\w*|on|whether|returns?|handles?|ignor\w+)[\s-]+(?:\w+ly )?["'`]?$/i,
    unlessFailing: true,
  },
  {
    name: 'help-text',
    seen: '  --read-only-file-system    run the container with a read-only file system',
    line: /^\s*--?[\w-]*read-?only/i,
  },
  {
    name: 'printed-source',
    seen: '    case EROFS: return "Read-only file system";',
    line: /\bcase E[A-Z]+:|^\s*\/[/*] |#define\b|\braise\b.*\(|\bthrow new\b/,
  },
];

/** Words that tell that something failed, whatever else a line says. */
export const FAILING =
  /\b(?:fail\w*|cannot|can't|can not|could ?n[o']t|couldn't|unable|impossible|denied|error\w*|fatal|panic|exception|abort\w*|not writ(?:e)?able|E[RA][A-Z]+)\b/i;

/** The row that says that a line's words for EROFS are no failed write; undefined where they are. */
export function notAnError(line: string, start: number): NotAnError | undefined {
  const before = line.slice(Math.max(0, start - 80), start);
  const rest = line.slice(Math.max(0, start - 1000), start + 1000);
  return NOT_ERRORS.find(
    (row) =>
      (row.line === undefined || row.line.test(rest)) &&
      (row.before === undefined || row.before.test(before)) &&
      !(row.unlessFailing === true && FAILING.test(rest)),
  );
}
