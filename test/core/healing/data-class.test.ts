import { describe, expect, test } from '@jest/globals';
import { DATA_CLASSES, dataClassOf } from '../../../src/core/healing/data-class.ts';
import { pathWith } from '../catalog/any-profile.ts';

const SCRATCH = [
  '/tmp',
  '/run/nginx',
  '/var/run/postgresql',
  '/var/cache/nginx',
  '/var/log/squid',
  '/var/lib/nginx',
  '/var/lib/php/sessions',
  '/var/lib/tomcat10/logs',
  '/var/lib/tomcat10/work',
  '/app/cache',
  '/app/.npm',
  '/opt/app/tmp',
  '/usr/share/elasticsearch/logs',
  '/usr/share/app',
];
const DATA = [
  '/var/lib/mysql',
  '/var/lib/ldap',
  '/var/lib/postgresql/data',
  '/var/lib/job',
  '/var/spool/postfix',
  '/var/mail',
  '/var/www/html',
  '/var/log',
  '/srv/share',
  '/home/dev',
  '/data',
  '/prometheus',
  '/bitnami/redis',
  '/app',
  '/app/uploads',
  '/opt/app',
  '/opt/app/data',
  '/etc/cups',
  '/usr/share/app/storage',
];

describe('dataClassOf', () => {
  test.each(SCRATCH)('takes %s for scratch', (path) => {
    expect(dataClassOf(pathWith(path).path, [])).toBe('Scratch');
  });

  test.each(DATA)('takes %s for data', (path) => {
    expect(dataClassOf(pathWith(path).path, [])).toBe('Data');
  });

  test('takes what the image declares as a VOLUME for data', () => {
    expect(dataClassOf(pathWith('/var/cache/x/y').path, [pathWith('/var/cache/x').path])).toBe('Data');
  });

  test('has no row that none of these needs', () => {
    const used = [...SCRATCH, ...DATA].map((path) =>
      DATA_CLASSES.findIndex(({ directory }) => directory.test(path.replace(/^\/var\/run/, '/run'))),
    );
    expect(new Set(used)).toEqual(new Set([-1, ...DATA_CLASSES.keys()]));
  });
});
