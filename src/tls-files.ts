import { readFile } from 'node:fs/promises';
import type { TlsMaterial } from './http/tls.ts';
import type { Log } from './log.ts';

export type TlsFilePaths = {
  readonly certificate: string;
  readonly key: string;
  /** '' where clients need no certificate. */
  readonly clientAuthorities: string;
};

/** TLS material from files that somebody else keeps, cert-manager for example. */
export async function readTlsFiles(paths: TlsFilePaths): Promise<TlsMaterial> {
  const [certificate, key, clientAuthorities] = await Promise.all([
    readFile(paths.certificate, 'utf8'),
    readFile(paths.key, 'utf8'),
    readClientAuthorities(paths.clientAuthorities),
  ]);
  return { certificate, key, ...clientAuthorities };
}

export async function readClientAuthorities(file: string): Promise<Pick<TlsMaterial, 'clientAuthorities'>> {
  return file === '' ? {} : { clientAuthorities: await readFile(file, 'utf8') };
}

export type PollOptions<T> = {
  readonly read: () => Promise<T>;
  readonly everyMs: number;
  /** Takes what was read, or throws where it cannot be used: it is then offered again. */
  readonly take: (value: T) => void;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  readonly sleep: (milliseconds: number, stop: AbortSignal) => Promise<void>;
  readonly log: Log;
};

/**
 * Reads files again and again, and hands on what has changed. Mounted Secrets are links that are swapped as a whole;
 * reading them costs less than what watching links takes to get right.
 */
export async function pollFiles<T>(first: T, options: PollOptions<T>, stop: AbortSignal): Promise<void> {
  const { read, everyMs, take, sleep, log } = options;
  let taken = JSON.stringify(first);
  for (;;) {
    await sleep(everyMs, stop);
    if (stop.aborted) return;
    try {
      const value = await read();
      const text = JSON.stringify(value);
      if (text === taken) continue;
      take(value);
      taken = text;
      log.info('certificate files reloaded');
    } catch (error) {
      log.warn('reloading the certificate files failed', {
        error: error instanceof Error ? error : String(error),
      });
    }
  }
}
