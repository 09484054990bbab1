import { expect, test } from '@jest/globals';
import type { JsonObject } from '../../src/core/json.ts';
import { CHART, runHelm } from './helm.ts';

const REFUSED: readonly { readonly why: string; readonly values: JsonObject; readonly says: string }[] = [
  {
    why: 'a misspelt value',
    values: { webhook: { replicaCount: 3 } },
    says: "at '/webhook': additional properties 'replicaCount' not allowed",
  },
  {
    why: 'a misspelt map',
    values: { webhooks: {} },
    says: "at '': additional properties 'webhooks' not allowed",
  },
  {
    why: 'an unknown word',
    values: { admission: { failurePolicy: 'ignore' } },
    says: "at '/admission/failurePolicy': value must be one of 'Ignore', 'Fail'",
  },
  {
    why: 'a number out of bounds',
    values: { admission: { timeoutSeconds: 31 } },
    says: "at '/admission/timeoutSeconds': maximum: got 31, want 30",
  },
  {
    why: 'a text in place of a flag',
    values: { config: { podAnnotations: 'false' } },
    says: "at '/config/podAnnotations': got string, want boolean",
  },
  {
    why: 'a mirror without its original',
    values: { config: { mirrors: ['registry.example.com'] } },
    says: "at '/config/mirrors/0': 'registry.example.com' does not match pattern",
  },
  {
    why: 'a mirror with a scheme',
    values: { config: { mirrors: ['https://registry.example.com=docker.io'] } },
    says: "at '/config/mirrors/0': 'https://registry.example.com=docker.io' does not match pattern",
  },
  {
    why: 'a tag in place of a digest',
    values: { image: { digest: 'latest' } },
    says: "at '/image/digest': 'latest' does not match pattern",
  },
  {
    why: 'a scheme before the registry',
    values: { global: { imageRegistry: 'https://registry.example.com' } },
    says: "at '/global/imageRegistry': 'https://registry.example.com' does not match pattern",
  },
  {
    why: 'an issuer without a name',
    values: { certificates: { certManager: { enabled: true, issuerRef: { kind: 'ClusterIssuer' } } } },
    says: "at '/certificates/certManager/issuerRef': missing property 'name'",
  },
  {
    why: 'two bounds of one disruption budget',
    values: { webhook: { podDisruptionBudget: { minAvailable: 1 } } },
    says: 'webhook.podDisruptionBudget: set one of maxUnavailable and minAvailable, and the other to null',
  },
  {
    why: 'two bounds of the other one',
    values: { controller: { podDisruptionBudget: { minAvailable: 1 } } },
    says: 'controller.podDisruptionBudget: set one of maxUnavailable and minAvailable, and the other to null',
  },
  {
    why: "a setting of the controller among everyone's",
    values: { config: { healAttempts: 3 } },
    says: "at '/config': additional properties 'healAttempts' not allowed",
  },
  {
    why: 'two monitors of one pod',
    values: { metrics: { serviceMonitor: { enabled: true }, podMonitor: { enabled: true } } },
    says: 'metrics: enable the serviceMonitor or the podMonitor, not both: each pod would be scraped twice',
  },
];

test.each(REFUSED)('the chart refuses $why and says where it stands', async ({ values, says }) => {
  const { code, stderr } = await runHelm(['template', 'rootlock', CHART], { values });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(says) });
});

test('the chart bears what a parent chart sets in its parts', async () => {
  const values = { enabled: true, global: { registry: 'registry.example.com' } };
  const { code, stderr } = await runHelm(['template', 'rootlock', CHART], { values });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});

test('the chart refuses a Kubernetes that it does not support', async () => {
  const old = ['template', 'rootlock', CHART, '--kube-version', 'v1.33.9'];
  const { code, stderr } = await runHelm(old);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('requires kubeVersion: >=1.34.0-0'),
  });
});
