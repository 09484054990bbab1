import type { Schema } from './schema.ts';
import { specSchema } from './spec-schema.ts';
import { statusSchema } from './status-schema.ts';

type Names = { readonly kind: string; readonly shortName: string; readonly scope: 'Cluster' | 'Namespaced' };

/** The shared catalog, and a namespace's override of it: the same schema in two scopes. */
export const KINDS: readonly Names[] = [
  { kind: 'ClusterWritablePathProfile', shortName: 'cwpp', scope: 'Cluster' },
  { kind: 'WritablePathProfile', shortName: 'wpp', scope: 'Namespaced' },
];

const GROUP = 'rootlock.dev';

export function definition({ kind, shortName, scope }: Names) {
  const singular = kind.toLowerCase();
  const plural = `${singular}s`;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: [shortName],
        categories: ['rootlock'],
      },
      scope,
      versions: [
        {
          name: 'v1alpha1',
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: COLUMNS,
          schema: {
            openAPIV3Schema: schemaFor(kind, scope),
          },
        },
      ],
    },
  };
}

function schemaFor(kind: string, scope: Names['scope']): Schema {
  return {
    type: 'object',
    description: DESCRIPTIONS[scope],
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string', description: `The version of this schema, ${GROUP}/v1alpha1.` },
      kind: { type: 'string', description: `The kind of this resource, ${kind}.` },
      metadata: { type: 'object' },
      spec: specSchema,
      status: statusSchema,
    },
  };
}

const DESCRIPTIONS = {
  Cluster:
    'One entry of the catalog: which paths one image has to write to, in every namespace that has opted in.',
  Namespaced:
    'What one image has to write to in this namespace. It comes before the ClusterWritablePathProfiles for the image.',
} as const;

const COLUMNS = [
  { name: 'Image', type: 'string', jsonPath: '.spec.image.repository', description: 'The image repository' },
  { name: 'Tags', type: 'string', jsonPath: '.spec.image.tags', description: 'The tags it is for' },
  { name: 'Paths', type: 'integer', jsonPath: '.status.paths', description: 'How many paths it lists' },
  {
    name: 'Source',
    type: 'string',
    jsonPath: '.metadata.labels.rootlock\\.dev/source',
    description: 'Who wrote it: builtin, learned, or a person where it is empty',
  },
  {
    name: 'Ready',
    type: 'string',
    jsonPath: '.status.conditions[?(@.type=="Ready")].status',
    description: 'Whether it is understood and counts',
  },
  {
    name: 'Pods',
    type: 'integer',
    jsonPath: '.status.matched.pods',
    description: 'The pods that it counts for',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp', description: 'When it was made' },
  {
    name: 'Action',
    type: 'string',
    jsonPath: '.spec.action',
    priority: 1,
    description: 'Whether the image is hardened or exempt',
  },
  {
    name: 'Failing',
    type: 'integer',
    jsonPath: '.status.matched.failing',
    priority: 1,
    description: 'The hardened pods that fail',
  },
  {
    name: 'Expires',
    type: 'string',
    jsonPath: '.spec.expires',
    priority: 1,
    description: 'When it ceases to count',
  },
];
