import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { kubectl } from '../../support/control-plane/binaries.ts';
import type { Connection } from '../../support/control-plane/connection.ts';
import { run } from '../../support/node/run.ts';
import type { Program } from './program.ts';

export type SmokeTarget = { readonly namespace: string; readonly pod: string; readonly address: string };

/** Runs the smoke test of a program against a pod, with the clients of a system of their own. */
export type Smoke = (program: Program, target: SmokeTarget) => Promise<SmokeResult>;

export type SmokeResult = { readonly passed: boolean; readonly output: string };

const SECONDS = 90;

/** `link` is the network link to the node, which some tests ask the address of. */
export async function createSmoke(cluster: Connection, tools: string, link: string): Promise<Smoke> {
  const client = await kubectl();
  copyFileSync(client, join(tools, 'usr/local/bin/kubectl'));
  const kubeconfig = cluster.kubeconfig();
  copyFileSync(kubeconfig, join(tools, 'root', basename(kubeconfig)));
  return async (program, { namespace, pod, address }) => {
    const folder = `smoke-${namespace}`;
    const work = join(tools, 'root', folder);
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    const lines = program.smoke.map((line) => line.replaceAll(/\brl0\b/g, link));
    writeFileSync(
      join(work, 'smoke.sh'),
      [
        `export KUBECONFIG=/root/${basename(kubeconfig)} IP=${address} HOME=/root/${folder}`,
        `kexec() { kubectl -n ${namespace} exec -i ${pod} -- "$@"; }`,
        `cd /root/${folder}`,
        'set -e -o pipefail',
        ...lines,
      ].join('\n'),
    );
    const { status, stdout, stderr } = await run('unshare', [
      '--mount',
      '--pid',
      '--fork',
      '--kill-child',
      'sh',
      '-euc',
      INSIDE,
      'sh',
      tools,
      folder,
      String(SECONDS),
    ]);
    rmSync(work, { recursive: true, force: true });
    return { passed: status === 0, output: `${stdout}${stderr}`.trim().slice(-500) };
  };
}

/** In namespaces of its own: what a test leaves running in the background ends with it. */
const INSIDE = `
mount --make-rprivate /
mount -t proc proc "$1/proc"
mount --rbind /dev "$1/dev"
mount --bind /etc/resolv.conf "$1/etc/resolv.conf" || true
exec timeout "$3" chroot "$1" /bin/bash "/root/$2/smoke.sh" < /dev/null
`;
