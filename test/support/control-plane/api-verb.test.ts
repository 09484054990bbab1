import { expect, test } from '@jest/globals';
import { apiVerb } from './api-verb.ts';

test.each([
  { method: 'GET', path: '/api/v1/pods', verb: 'list' },
  { method: 'GET', path: '/api/v1/namespaces', verb: 'list' },
  { method: 'GET', path: '/api/v1/namespaces/a', verb: 'get' },
  { method: 'GET', path: '/api/v1/namespaces/a/pods', verb: 'list' },
  { method: 'GET', path: '/api/v1/namespaces/a/pods?watch=true', verb: 'watch' },
  { method: 'GET', path: '/api/v1/namespaces/a/pods/p', verb: 'get' },
  { method: 'GET', path: '/api/v1/namespaces/a/pods/p/log?follow=true', verb: 'get' },
  { method: 'GET', path: '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles?watch=1', verb: 'watch' },
  { method: 'GET', path: '/apis/rootlock.dev/v1alpha1/clusterwritablepathprofiles/nginx', verb: 'get' },
  { method: 'GET', path: '/readyz', verb: 'get' },
  { method: 'POST', path: '/api/v1/namespaces/a/pods', verb: 'create' },
  { method: 'PUT', path: '/api/v1/namespaces/a', verb: 'update' },
  { method: 'PATCH', path: '/apis/apps/v1/namespaces/a/deployments/d', verb: 'patch' },
  { method: 'DELETE', path: '/api/v1/namespaces/a/pods/p', verb: 'delete' },
  { method: 'DELETE', path: '/api/v1/namespaces/a/pods', verb: 'deletecollection' },
])('calls $method $path "$verb"', ({ method, path, verb }) => {
  expect(apiVerb(method, new URL(path, 'https://server'))).toBe(verb);
});
