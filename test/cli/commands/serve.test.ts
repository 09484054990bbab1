import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type CliInput, runCli } from '../run-cli.ts';

const EXAMPLES = new URL('../../../examples/', import.meta.url);
const busy: Server[] = [];

afterEach(() => {
  for (const server of busy.splice(0)) server.close();
});

/** Runs serve until it has said what it has to say, does something then, and stops it as Ctrl-C does. */
async function serving(
  argv: readonly string[],
  meanwhile: (port: number) => Promise<void> = async () => {},
  input: CliInput = {},
) {
  const stop = new AbortController();
  let said = '';
  const told = Promise.withResolvers<number>();
  const run = runCli(['serve', ...argv], {
    now: Date.now,
    ...input,
    stop: stop.signal,
    watch: (text) => {
      said += text;
      const port = /https:\/\/[^:]+:(\d+)\/mutate/.exec(said)?.[1];
      if (port !== undefined && said.includes('Ctrl-C')) told.resolve(Number(port));
    },
  });
  const first = await Promise.race([told.promise, run]);
  if (typeof first === 'number') await meanwhile(first);
  stop.abort();
  return run;
}

/** Takes a port of the machine's choice. */
function takePort(): Promise<number> {
  const server = createServer();
  busy.push(server);
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}

function get(port: number, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}

describe('serve', () => {
  test('listens over HTTPS until it is stopped, and ends well', async () => {
    const statuses: unknown[] = [];
    const { exitCode, stdout } = await serving(['--port', '0'], async (port) => {
      statuses.push(await get(port, '/readyz'));
    });
    expect(statuses).toEqual([200]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^Rootlock's webhook listens on https:\/\/127\.0\.0\.1:\d+\/mutate, with 5 profiles\.\n/,
    );
    expect(stdout).toMatch(/Rootlock has stopped\.\n$/);
  });

  test('shows what becomes of the example pod, each new line with its reason, and what to do next', async () => {
    const { exitCode, stdout, stderr } = await serving(['--port', '0', '--demo']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(
      /\n {2}\+ +readOnlyRootFilesystem: true +# all else of the image is fixed from now on\n/,
    );
    expect(stdout).toMatch(/\n {2}\+ +mountPath: \/var\/cache\/nginx +# request bodies and proxy buffers\n/);
    expect(stdout).toMatch(
      /\n {2}\+ +# what was done, for the reconciler to compare\n {2}\+ +rootlock\.dev\/hardened: /,
    );
    expect(stdout).toMatch(
      /curl -sk -H 'content-type: application\/json' -d @\S*examples\/review\.json https:\/\/127\.0\.0\.1:\d+\/mutate/,
    );
    expect(stdout).toContain('npm run -s rootlock -- harden -f your.yaml --diff');
  });

  test('says which port is taken, where it was asked for that one', async () => {
    const port = await takePort();
    const { exitCode, stderr } = await serving(['--port', String(port)]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `error: port ${port} is taken: choose another with --port, or 0 for a free one\n`,
    });
  });

  test.each([
    ['--port', '80000', 'It takes a port from 0 to 65535.'],
    ['--port', 'web', 'It takes a port from 0 to 65535.'],
    ['--host', '192.0.2.1', 'cannot listen on 192.0.2.1'],
  ])('refuses %s %s', async (flag, value, says) => {
    const { exitCode, stderr } = await serving([flag, value]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(says);
  });

  test('does not start with profiles that are malformed', async () => {
    const files = {
      'bad.yaml':
        'apiVersion: rootlock.dev/v1alpha1\nkind: ClusterWritablePathProfile\nmetadata: {name: x}\n',
    };
    const { exitCode, stderr } = await serving(['--catalog', 'bad.yaml'], undefined, { files });
    expect(exitCode).toBe(1);
    expect(stderr).toContain('bad.yaml:1:1: error: spec is required');
  });

  test('has an example review of the very pod in the example manifest', () => {
    const review = JSON.parse(readFileSync(new URL('review.json', EXAMPLES), 'utf8'));
    expect(review.request.object).toEqual(parse(readFileSync(new URL('nginx.yaml', EXAMPLES), 'utf8')));
  });
});
