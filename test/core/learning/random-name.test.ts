import { expect, test } from '@jest/globals';
import { hasRandomPart } from '../../../src/core/learning/random-name.ts';

test.each([
  '3f2a8c1e-7b1d-4a55-9a53-0c2f1b6d9e11',
  'go-build3477677494',
  'tomcat.8080.12456948700794105142',
  'rabbit@rabbitmq-59678657b5-zd8d7_upgrade.log',
  'foo-XXXXXX',
  'tmpkbujertj',
  'settings.json.tmp.xU0aVo',
  'version.php.cGahbJ',
  'deps_temp_1234abcd',
  'nflog.7516f7fffda8ca91',
])('hasRandomPart finds one in %s', (name) => {
  expect(hasRandomPart(name)).toBe(true);
});

test.each([
  'client_temp',
  'python3.11',
  'tomcat10',
  'postgresql-15-main',
  'StartupProfileData-NonInteractive',
  'site-packages',
  'conf.d',
  'fluentd-containers.log.pos',
  'v1.2.3',
])('hasRandomPart finds none in %s', (name) => {
  expect(hasRandomPart(name)).toBe(false);
});
