import { readConfig } from '../../src/config.ts';
import type { Admit } from '../../src/http/answer.ts';
import { collectProcessMetrics, createWebhookMetrics } from '../../src/http/metrics.ts';
import { createWebhookServer, type WebhookServer } from '../../src/http/server.ts';
import type { TlsMaterial } from '../../src/http/tls.ts';
import { openLog } from '../../src/log.ts';
import { SETTINGS } from '../../src/settings.ts';

/** The webhook as it is installed: metrics on, a log line for each decision. */
export function webhookServer(tls: TlsMaterial, admit: Admit, profiles: number): WebhookServer {
  const read = readConfig({ [SETTINGS.host.variable]: '127.0.0.1', [SETTINGS.port.variable]: '0' });
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems));
  const metrics = createWebhookMetrics({ catalogSize: () => profiles });
  collectProcessMetrics(metrics.registry);
  const write = (lines: string) => process.stdout.write(lines);
  const { log } = openLog({ level: 'info', format: 'json', write, now: Date.now });
  return createWebhookServer({
    admit,
    revision: () => 0,
    config: read.config,
    tls,
    log,
    metrics,
    ready: () => [],
  });
}
