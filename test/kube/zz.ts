import { mkdtempSync, writeFileSync, readFileSync } from 'node:fs';
import { spawn, execSync } from 'node:child_process';
import { startControlPlane } from '../support/control-plane/start.ts';
import { install } from './installation.ts';
const cp = await startControlPlane();
try {
  const i = await install(cp);
  const dir = mkdtempSync('/tmp/sa-');
  writeFileSync(dir + '/token', i.token); writeFileSync(dir + '/ca.crt', cp.ca);
  const u = new URL(cp.url);
  const env = { PATH: process.env.PATH, KUBERNETES_SERVICE_HOST: u.hostname, KUBERNETES_SERVICE_PORT: u.port, ROOTLOCK_NAMESPACE: i.namespace, ROOTLOCK_SERVICE: i.name + '-webhook', ROOTLOCK_TLS_SECRET: i.name + '-webhook-tls', ROOTLOCK_MUTATING_CONFIGURATION: i.name, ROOTLOCK_VALIDATING_CONFIGURATION: i.name, ROOTLOCK_HTTPS_PORT: String(i.port), ROOTLOCK_LOG_FORMAT: 'json', NODE_OPTIONS: process.argv[2] ?? '' };
  const child = spawn('unshare', ['-m', 'sh', '-c', `mount -t tmpfs none /var/run && mkdir -p /var/run/secrets/kubernetes.io && ln -s ${dir} /var/run/secrets/kubernetes.io/serviceaccount && exec ${process.execPath} /tmp/rl/dist/cli.js webhook`], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  child.stderr!.on('data', (d) => { if (!/listed/.test(String(d))) process.stdout.write(String(d).slice(0, 300)); });
  const rss = () => console.log(readFileSync(`/proc/${child.pid}/status`, 'utf8').match(/VmRSS.*|VmHWM.*/g)?.join(' '));
  for (let k = 0; k < 3; k++) { await new Promise((r) => setTimeout(r, 4000)); rss(); }
  const ns = await i.optedIn();
  for (let k = 0; k < 300; k++) await cp.request({ method: 'POST', path: `/api/v1/namespaces/${ns}/pods?dryRun=All`, body: { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] } } });
  rss();
  child.kill('SIGKILL');
} finally { await cp.stop(); }
