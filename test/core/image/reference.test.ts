import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseImage } from '../../../src/core/image/reference.ts';

const HEX = '0123456789abcdef'.repeat(4);
const SHA256 = `sha256:${HEX}`;
const SHA512 = `sha512:${HEX}${HEX}`;

describe('parseImage', () => {
  test.each([
    { text: 'nginx', repository: 'docker.io/library/nginx' },
    { text: 'nginx:1.27', repository: 'docker.io/library/nginx', tag: '1.27' },
    { text: 'library/nginx', repository: 'docker.io/library/nginx' },
    { text: 'bitnami/redis:8.0', repository: 'docker.io/bitnami/redis', tag: '8.0' },
    { text: 'docker.io/nginx', repository: 'docker.io/library/nginx' },
    { text: 'docker.io/library/nginx', repository: 'docker.io/library/nginx' },
    { text: 'index.docker.io/nginx', repository: 'docker.io/library/nginx' },
    { text: 'index.docker.io/grafana/loki', repository: 'docker.io/grafana/loki' },
    { text: 'Docker.io/nginx', repository: 'docker.io/library/nginx' },
    { text: `nginx@${SHA256}`, repository: 'docker.io/library/nginx', digest: SHA256 },
    { text: `nginx:1.27@${SHA256}`, repository: 'docker.io/library/nginx', tag: '1.27', digest: SHA256 },
    { text: `nginx@${SHA512}`, repository: 'docker.io/library/nginx', digest: SHA512 },
    {
      text: `nginx@sha384:${HEX}${HEX.slice(32)}`,
      repository: 'docker.io/library/nginx',
      digest: `sha384:${HEX}${HEX.slice(32)}`,
    },
    { text: 'a-b/c__d/e.f/g---h', repository: 'docker.io/a-b/c__d/e.f/g---h' },
    // Without a slash it is a name on Docker Hub, whatever it looks like.
    { text: 'localhost', repository: 'docker.io/library/localhost' },
    { text: 'localhost:5000', repository: 'docker.io/library/localhost', tag: '5000' },
    { text: 'example.com', repository: 'docker.io/library/example.com' },
    { text: `sha256:${HEX}`, repository: 'docker.io/library/sha256', tag: HEX },
    // 63 digits are no image ID.
    { text: HEX.slice(1), repository: `docker.io/library/${HEX.slice(1)}` },
    { text: 'nginx:_1', repository: 'docker.io/library/nginx', tag: '_1' },
    { text: 'nginx:v1.2_3-RC', repository: 'docker.io/library/nginx', tag: 'v1.2_3-RC' },
    { text: `nginx:${'x'.repeat(128)}`, repository: 'docker.io/library/nginx', tag: 'x'.repeat(128) },
    { text: `${'a/'.repeat(127)}b`, repository: `docker.io/${'a/'.repeat(127)}b` },
  ])('reads $text as an image of Docker Hub', ({ text, repository, tag, digest }) => {
    expect(parseImage(text)).toEqual({
      kind: 'image',
      image: {
        registry: 'docker.io',
        repository,
        ...(tag !== undefined && { tag }),
        ...(digest !== undefined && { digest }),
      },
    });
  });

  test.each([
    { text: 'localhost/nginx', registry: 'localhost', path: 'nginx' },
    { text: 'localhost:5000/team/nginx:1', registry: 'localhost:5000', path: 'team/nginx', tag: '1' },
    { text: 'registry.example.com/nginx', registry: 'registry.example.com', path: 'nginx' },
    {
      text: 'registry.example.com:5000/nginx:1',
      registry: 'registry.example.com:5000',
      path: 'nginx',
      tag: '1',
    },
    { text: 'registry:5000/nginx', registry: 'registry:5000', path: 'nginx' },
    { text: '127.0.0.1:5000/nginx', registry: '127.0.0.1:5000', path: 'nginx' },
    { text: '[::1]/nginx', registry: '[::1]', path: 'nginx' },
    { text: '[2001:DB8::1]:5000/nginx:1', registry: '[2001:db8::1]:5000', path: 'nginx', tag: '1' },
    { text: 'GHCR.io/owner/name', registry: 'ghcr.io', path: 'owner/name' },
    // An upper-case first segment can only be a host.
    { text: 'REGISTRY/nginx', registry: 'registry', path: 'nginx' },
    { text: 'a--b.example/nginx', registry: 'a--b.example', path: 'nginx' },
    // No host name, but the grammar takes it.
    { text: 'my_registry.local/nginx', registry: 'my_registry.local', path: 'nginx' },
    { text: `${'a.'.repeat(126)}a:65535/b`, registry: `${'a.'.repeat(126)}a:65535`, path: 'b' },
  ])('reads $text as an image of $registry', ({ text, registry, path, tag }) => {
    expect(parseImage(text)).toEqual({
      kind: 'image',
      image: { registry, repository: `${registry}/${path}`, ...(tag !== undefined && { tag }) },
    });
  });

  test.each([
    { text: '', problem: 'it is empty' },
    { text: ' ', problem: 'white space' },
    { text: ' nginx', problem: 'white space' },
    { text: 'nginx\n', problem: 'white space' },
    { text: 'localhost:5000/vmware/vsphere-csi:<vsphere_csi_ver>', problem: 'template' },
    { text: '{{.Values.image}}', problem: 'template' },
    { text: 'datawire/aes:$version$', problem: 'template' },
    { text: '$' + '{IMAGE}', problem: 'template' },
    { text: '$(IMAGE)', problem: 'template' },
    { text: '%IMAGE%', problem: 'template' },
    { text: 'https://registry.example.com/nginx', problem: 'scheme' },
    { text: 'docker://nginx', problem: 'scheme' },
    { text: HEX, problem: 'ID of an image' },
    { text: 'nginx@', problem: 'digest' },
    { text: 'nginx@latest', problem: 'digest' },
    { text: `nginx@sha256:${HEX.slice(1)}`, problem: 'digest' },
    { text: `nginx@sha256:${HEX.toUpperCase()}`, problem: 'digest' },
    { text: `nginx@md5:${HEX.slice(32)}`, problem: 'digest' },
    { text: `nginx@${SHA256}:1.27`, problem: 'digest' },
    { text: `nginx@${SHA256}@${SHA256}`, problem: 'digest' },
    { text: 'nginx:', problem: 'is missing' },
    { text: 'nginx:-1', problem: 'the tag' },
    { text: 'nginx:.1', problem: 'the tag' },
    { text: 'nginx:1:2', problem: 'the tag' },
    { text: 'nginx:1+2', problem: 'the tag' },
    { text: `nginx:${'x'.repeat(129)}`, problem: 'the tag' },
    { text: `${'a.'.repeat(130)}a/b`, problem: 'longer than a host name' },
    { text: 'registry:port/nginx', problem: 'neither a registry' },
    { text: 'registry:/nginx', problem: 'neither a registry' },
    { text: '-a.example/nginx', problem: 'neither a registry' },
    { text: 'a..example/nginx', problem: 'neither a registry' },
    { text: '[::1/nginx', problem: 'neither a registry' },
    { text: 'PLACEHOLDER_ZOT/tools/nginx', problem: 'neither a registry' },
    { text: `${'a/'.repeat(128)}b`, problem: 'longer than 255' },
    { text: 'x'.repeat(248), problem: 'longer than 255' },
    { text: 'Nginx', problem: 'lower case' },
    { text: 'us-docker.pkg.dev/PROJECT_ID/name', problem: 'lower case' },
    { text: '/nginx', problem: "between two '/'" },
    { text: 'nginx/', problem: "between two '/'" },
    { text: 'docker.io/', problem: "between two '/'" },
    { text: 'a//b', problem: "between two '/'" },
    { text: '.nginx', problem: 'may only hold' },
    { text: 'nginx-', problem: 'may only hold' },
    { text: 'a___b', problem: 'may only hold' },
    { text: 'a..b', problem: 'may only hold' },
    { text: 'a/.b', problem: 'may only hold' },
    { text: 'é', problem: 'may only hold' },
    { text: '[::1]', problem: 'the tag' },
  ])('says what is wrong with $text', ({ text, problem }) => {
    expect(parseImage(text)).toEqual({ kind: 'malformed', problem: expect.stringContaining(problem) });
  });

  test.each([
    { what: 'letters', text: 'a'.repeat(65_536) },
    { what: 'dashes', text: `a${'-'.repeat(65_536)}` },
    { what: 'letters and dashes', text: 'a-'.repeat(32_768) },
    { what: 'underscores', text: `a${'_'.repeat(65_536)}b` },
    { what: 'dots', text: 'a.'.repeat(32_768) },
    { what: 'slashes', text: '/'.repeat(65_536) },
    { what: 'colons', text: ':'.repeat(65_536) },
    { what: 'at signs', text: '@'.repeat(65_536) },
    { what: 'a host of dashes', text: `a.${'-'.repeat(65_536)}/b` },
    { what: 'a host of labels', text: `${'a-.'.repeat(20_000)}/b` },
    { what: 'an IPv6 host', text: `[${':'.repeat(65_536)}/b` },
    { what: 'a tag', text: `a:${'b'.repeat(65_536)}` },
    { what: 'a digest', text: `a@sha256:${'b'.repeat(65_536)}` },
    { what: 'a path', text: `a.b/${'c'.repeat(65_536)}` },
  ])('answers briefly to a text of 65,536 $what', ({ text }) => {
    const parsed = parseImage(text);
    expect(parsed.kind).toBe('malformed');
    expect(JSON.stringify(parsed).length).toBeLessThan(400);
  });

  test('reads what it has normalised as the same image', () => {
    fc.assert(
      fc.property(anyReference(), (text) => {
        const parsed = parseImage(text);
        if (parsed.kind === 'malformed') throw new Error(parsed.problem);
        const { repository, tag, digest } = parsed.image;
        const normalised = `${repository}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
        expect(parseImage(normalised)).toEqual(parsed);
      }),
    );
  });

  test('always gives an image or a problem', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), anyPieces()), (text) => {
        const parsed = parseImage(text);
        if (parsed.kind === 'malformed') return parsed.problem.length > 0;
        return parsed.image.repository.startsWith(`${parsed.image.registry}/`);
      }),
    );
  });
});

function anyReference(): fc.Arbitrary<string> {
  const component = fc.stringMatching(/^[a-z0-9]{1,5}(?:(?:[._]|__|-{1,3})[a-z0-9]{1,5}){0,2}$/);
  const registry = fc.constantFrom(
    '',
    'docker.io/',
    'index.docker.io/',
    'localhost/',
    'localhost:5000/',
    'ghcr.io/',
    '[::1]:80/',
  );
  const path = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const tag = fc.oneof(fc.constant(''), fc.stringMatching(/^:\w[\w.-]{0,20}$/));
  return fc.tuple(registry, path, tag, fc.constantFrom('', `@${SHA256}`)).map((parts) => parts.join(''));
}

function anyPieces(): fc.Arbitrary<string> {
  const pieces = [
    'a',
    'A',
    '1',
    '.',
    '-',
    '_',
    '/',
    ':',
    '@',
    '[',
    ']',
    'docker.io',
    'localhost',
    SHA256,
    HEX,
    ' ',
    '%',
  ];
  return fc.array(fc.constantFrom(...pieces), { maxLength: 10 }).map((parts) => parts.join(''));
}
