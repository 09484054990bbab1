/**
 * Lines that speak of read-only file systems without a failed write on this container's root. Adding one is
 * adding a row; `before` is matched against the 200 characters in front of the words for EROFS.
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
    line: /\b(?:MountVolume|UnmountVolume|NodePublishVolume|NodeStageVolume|FailedMount|CreateContainerError|RunContainerError)\b|OCI runtime|Error response from daemon|creating mount point|(?:create mountpoint for|make mountpoint) |containerd task|runc (?:create|run)|container_linux\.go|rootfs_linux\.go|\/var\/lib\/kubelet\//,
  },
  {
    name: 'disk-of-a-node',
    seen: 'write /var/lib/docker/buildkit/snapshots.db: read-only file system',
    before:
      /(?:\/var\/lib\/(?:docker|containerd|desktop-containerd|containers\/storage)\/|\/overlay2?\/\S{1,100}\/merged\/)\S{1,150}: $/,
  },
  {
    name: 'passed-test',
    seen: '--- PASS: TestWriteReadOnlyFileSystem (0.00s)',
    line: /^\s*(?:--- PASS|PASS\b|ok \d+|# Subtest|[✓✔√]|\[ *(?:OK|PASS|PASSED|RUN) *\]|=== RUN)|\b(?:PASSED|\.\.\. ok|file ?system OK)\s*$/,
  },
  {
    name: 'expected',
    seen: 'INFO self-test: expected error: open /probe: read-only file system',
    line: /^\s*(?:assert\b|expected:|AssertionError)|\b(?:expected (?:error|failure|result)|as expected|simulat(?:e|ed|ing)|mock(?:ed|ing)? )/i,
  },
  {
    name: 'scanner-finding',
    seen: 'KSV014 (HIGH): Container should have a read-only file system (securityContext.readOnlyRootFilesystem)',
    line: /\b(?:KSV-?\d+|CKV_\w+|AVD-\w+|CIS[- ]\d|C-00\d\d|DS-?\d{3,4}|CVE-\d+-\d+|readOnlyRootFilesystem|read_only_root_filesystem)\b/i,
  },
  {
    name: 'mount-table',
    seen: '/dev/sdb1 on /data type ext4 (ro,relatime): read-only file system',
    line: /\bfs_?type["']?\s?[=:]|\btype (?:btrfs|erofs|ext[234]|iso9660|nfs4?|overlay|squashfs|tmpfs|vfat|xfs)\b/i,
  },
  {
    name: 'mount-command',
    seen: 'umount: /mnt/x: Read-only file system',
    line: /^\s*(?:\S+: )?(?:u?mount(?:\.\w+)?|fsck(?:\.\w+)?|losetup|swapon|zfs|zpool)(?: \w+)?: /,
  },
  {
    name: 'nfs',
    seen: 'NFS: mount /mnt/nfs from fs1:/export is a read-only file system',
    line: /\bnfs[34]?(?::| server| mount| share| volume| export)/i,
  },
  {
    name: 'kernel-setting',
    seen: 'sysctl: setting key "net.core.somaxconn": Read-only file system',
    line: /\bsysctl: |\befivar(?:s|fs)\b/,
  },
  {
    name: 'sql',
    seen: `INSERT INTO messages (text) VALUES ("touch: cannot touch '/x': Read-only file system")`,
    before: /\b(?:INSERT INTO|DELETE FROM|UPDATE \S+ SET|VALUES ?\(|SELECT ['*]|SELECT [^\n]{1,100} FROM)/,
  },
  {
    name: 'access-log',
    seen: '10.0.0.1 - - [26/Nov/2026:22:00:00 +0000] "POST /x HTTP/1.1" 500 "Read-only file system" "/referer"',
    line: /"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) [^"\n]{1,400} HTTP\/[\d.]+" \d{3}\b/,
  },
  {
    name: 'words-of-others',
    seen: 'chat message from bob: touch: cannot touch /home/bob/x: Read-only file system',
    before:
      /\b(?:said|says|wrote|asked|typed|user[_ ]?input|payload|body|prompt|comment|subject|transcript|search (?:query|term)|(?:chat|new|incoming|received|user) (?:message|comment|text)(?: from \S+)?)["']?\s?[:=]\s?(?:"[^"\n]*|'[^'\n]*|\{[^\n]*|(?!["'{])(?:(?! \w+=)[^\n])*)$/i,
  },
  {
    name: 'another-machine',
    seen: 'remote: fatal: open /srv/git/x: Read-only file system',
    line: /^\s*remote: |\bremote (?:error|host|server|couldn't)\b|^\s*(?:adb: |scp: (?!open local\b))|^\s*(?:ssh|sftp|pssh|pdsh)(?:@[\w.-]+|: [\w.-]+): |^\s*\[(?:node|host|machine|vm)-?\d+\]:? /i,
  },
  {
    name: 'answer-of-a-server',
    seen: 'rpc error: code = Unknown desc = mkdir /var/lib/x: read-only file system',
    before: /\brpc error: code = \w+ desc = [^\n]*$/,
  },
  {
    name: 'detected',
    seen: 'INFO Probing /data: read-only file system detected, disabling writes',
    line: /read-?only file ?system (?:was |is )?(?:detected|found|enabled|supported)\b/i,
    unlessFailing: true,
  },
  {
    name: 'kernel-module',
    seen: 'erofs: (device loop0): mounted with root inode @ nid 36.',
    line: /\bEnhanced Read-Only File ?System\b|\berofs: \(device|\btype erofs\b|-t erofs\b|\bmkfs\.erofs\b|\bsnapshotter\S*erofs\b|erofs-?snapshotter/i,
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
    name: 'option',
    seen: 'Usage: app [--read-only-file-system] /path/to/dir',
    before: /--$/,
  },
  {
    name: 'printed-source',
    seen: '    case EROFS: return "Read-only file system";',
    line: /\bcase E[A-Z]+:|^\s*\/[/*]+[ \t]|#define\b|\braise\b.*\(|\bnew \w*Error\(["'`]|\bthrow (?:new\b|\w+\.\w+\()|\((?:\w+(?:, ?\w+)*)?\) => |:erofs\} ->|\bUnix\.E[A-Z]+(?:, _|\)\s*->)|\b(?:unix|syscall)\.EROFS\b|^\s+\w+ = ".{0,200}";\s*$|\b[a-z]\w*\.[A-Z]\w*\{[A-Z]\w*: /,
  },
  {
    name: 'errno-table',
    seen: '    { EROFS, "Read-only file system" },',
    line: /\{\s*(?:\d+,\s*)?["']?\w*EROFS["']?,\s*["']|["']EROFS["'],\s*\/\*|^\s*\d+: \{ ?code: '\w+', message: |\bOS error code +\d+: /,
  },
  {
    name: 'comment',
    seen: '# Storage of the last release: read-only file system',
    before: /(?:^|\s)\/\* [^*]*$|^\s*(?:#{1,6}|\* -|<!--) [^/]*$/,
  },
  {
    name: 'call-in-source',
    seen: '        perror_msg("app: Read-only file system");',
    before:
      /^[ \t]+(?:\w+ :?= |return |await |if \S{1,40} == \S{1,40} )?(?:[a-z_]\w*(?:(?:\.|::|->)\w+){0,4}\(){1,3}(?:["'][^"'\n]{0,40}["'], ?)?["'`][^"'`/\n]*$/,
  },
  {
    name: 'markdown',
    seen: '- **Storage**: read-only file system, files cannot be written',
    line: /^\s*(?:[-*+]|\d+\.) (?:\*\*|\[[ x]\] |--)|^`[^`\n]{1,300}` \| /,
  },
];

/** Words that tell that something failed, whatever else a line says. */
export const FAILING =
  /\b(?:fail\w*|cannot|can't|can not|could ?n[o']t|couldn't|unable|impossible|denied|error\w*|fatal|panic|exception|abort\w*|not writ(?:e)?able|E[RA][A-Z]+)\b/i;

/** The row that says that a line's words for EROFS are no failed write; undefined where they are. */
export function notAnError(line: string, start: number): NotAnError | undefined {
  const before = line.slice(Math.max(0, start - 200), start);
  const rest = line.slice(Math.max(0, start - 1000), start + 1000);
  return NOT_ERRORS.find(
    (row) =>
      (row.line === undefined || row.line.test(rest)) &&
      (row.before === undefined || row.before.test(before)) &&
      !(row.unlessFailing === true && FAILING.test(rest)),
  );
}
