import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { isArray, isObject, type JsonObject, textOf } from '../../src/core/json.ts';
import { objects } from './helm.ts';
import { VALUE_SETS } from './value-sets.ts';

/** One verb that an account may do to one resource: `cluster,rootlock.dev,writablepathprofiles,all,list`. */
type Right = string;

const PAGE = readFileSync(new URL('../../docs/rbac.md', import.meta.url), 'utf8');
const DOCUMENTED = {
  webhook: documentedRights(PAGE, 'The webhook'),
  controller: documentedRights(PAGE, 'The controller'),
};

test.each(['webhook', 'controller'] as const)(
  'the rights of the ServiceAccount rootlock-%s are those that docs/rbac.md gives reasons for',
  async (component) => {
    const rights = rightsOf(await objects(), `rootlock-${component}`);
    expect(rights.toSorted()).toEqual(DOCUMENTED[component].toSorted());
  },
);

test('the webhook has nothing to do with Secrets or webhooks where cert-manager is in charge', async () => {
  const all = await objects({ certificates: { certManager: { enabled: true } } });
  const others = DOCUMENTED.webhook.filter((right) => !/,secrets,|,admissionregistration/.test(right));
  expect(rightsOf(all, 'rootlock-webhook').toSorted()).toEqual(others.toSorted());
});

test('the controller may change no workload where rollouts are switched off', async () => {
  const all = await objects({ rbac: { rollouts: false } });
  const others = DOCUMENTED.controller.filter((right) => !/,apps,(?!replicasets,all,get)/.test(right));
  expect(rightsOf(all, 'rootlock-controller').toSorted()).toEqual(others.toSorted());
});

test('nobody has rights for a controller that is not installed', async () => {
  const all = await objects({ controller: { enabled: false } });
  expect(rightsOf(all, 'rootlock-controller')).toEqual([]);
  expect(JSON.stringify(all)).not.toContain('rootlock-controller');
});

test('the controller reads no Secret and no ConfigMap, and binds no role', () => {
  const read = DOCUMENTED.controller.filter((right) => /secrets|configmaps|rbac/.test(right));
  expect(read).toEqual([]);
});

test.each(VALUE_SETS)('no role of the chart has a wildcard with the values of $name', async ({ values }) => {
  const roles = (await objects(values)).filter(({ kind }) => kind === 'ClusterRole' || kind === 'Role');
  expect(roles.length).toBeGreaterThan(0);
  expect(JSON.stringify(roles.map(({ rules }) => rules))).not.toContain('*');
});

/** The rows of the table under a heading, their reason left out. */
function documentedRights(page: string, heading: string): Right[] {
  const section = page.split(/^## /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) => {
    const cells = row.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    const [, where, group, resource, names, verb, why] = cells;
    if (!why) throw new Error(`docs/rbac.md gives no reason in: ${row}`);
    return [where, group, resource, names, verb].join(',');
  });
}

function rightsOf(all: readonly JsonObject[], account: string): Right[] {
  return all.flatMap((binding) => {
    const subjects = isArray(binding.subjects) ? binding.subjects.filter(isObject) : [];
    if (!subjects.some(({ kind, name }) => kind === 'ServiceAccount' && name === account)) return [];
    const role = isObject(binding.roleRef) ? binding.roleRef : {};
    const where = binding.kind === 'RoleBinding' ? 'own namespace' : 'cluster';
    const found = all.find(
      ({ kind, metadata }) => kind === role.kind && isObject(metadata) && metadata.name === role.name,
    );
    const rules = found && isArray(found.rules) ? found.rules.filter(isObject) : [];
    return rules.flatMap((rule) => rightsIn(rule, where));
  });
}

function rightsIn(rule: JsonObject, where: string): Right[] {
  const names = texts(rule.resourceNames);
  return texts(rule.apiGroups).flatMap((group) =>
    texts(rule.resources).flatMap((resource) =>
      (names.length === 0 ? ['all'] : names).flatMap((name) =>
        texts(rule.verbs).map((verb) => [where, group, resource, name, verb].join(',')),
      ),
    ),
  );
}

function texts(value: unknown): string[] {
  return isArray(value) ? value.map((each) => textOf(each) ?? '') : [];
}
