import { LIMITS } from '../src/core/catalog/profile-messages.ts';
import type { Schema } from './schema.ts';

/** For each path one entry from each kind of source. */
const MAX_EVIDENCE = 3 * LIMITS.paths;

/** As metav1.Condition (k8s.io/apimachinery), whose limits these are. */
const conditions: Schema = {
  type: 'array',
  description:
    'Ready: the profile is understood and counts. Conflicting: another profile for the same image says otherwise. ' +
    'NeedsApproval: proposals wait for a person. Unhardenable: the image failed with a read-only root and nothing helped. ' +
    'RolledOut: False while pods run that were made before the profile said what it says, or without Rootlock.',
  maxItems: 16,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['type'],
  items: {
    type: 'object',
    required: ['type', 'status', 'lastTransitionTime', 'reason', 'message'],
    properties: {
      type: {
        type: 'string',
        description: 'The name of the condition.',
        maxLength: 316,
        pattern:
          '^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$',
      },
      status: { type: 'string', description: 'Whether it holds.', enum: ['True', 'False', 'Unknown'] },
      observedGeneration: integer('The metadata.generation that this was said of.', 'int64'),
      lastTransitionTime: time('When the status last changed.'),
      reason: {
        type: 'string',
        description: 'Why, in one word for machines.',
        minLength: 1,
        maxLength: 1024,
        pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$',
      },
      message: { type: 'string', description: 'Why, in a sentence for people.', maxLength: 32768 },
    },
  },
};

const matched: Schema = {
  type: 'object',
  description: 'The pods in namespaces that have opted in which this profile counts for.',
  properties: {
    pods: integer('All of them.', 'int32'),
    hardened: integer('Those whose containers of its images all run with a read-only root.', 'int32'),
    failing: integer(
      'Hardened ones with a container that ended with an error, or waits to be started again after one.',
      'int32',
    ),
  },
};

const evidence: Schema = {
  type: 'array',
  description:
    'What was seen of the image writing to each path. Nothing seen does not mean that nothing was written.',
  maxItems: MAX_EVIDENCE,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['path', 'from'],
  items: {
    type: 'object',
    required: ['path', 'from'],
    properties: {
      path: { type: 'string', description: 'The path.', minLength: 1, maxLength: LIMITS.path },
      from: {
        type: 'string',
        description:
          "Log: a line of a container's log. Overlay: a file in a container's writable layer. ImageConfig: what the image says of itself.",
        enum: ['Log', 'Overlay', 'ImageConfig'],
      },
      containers: integer('In how many containers it was seen.', 'int32'),
      of: integer('How many containers were looked at.', 'int32'),
      first: time('When it was first seen.'),
      last: time('When it was last seen.'),
      sample: { type: 'string', description: 'One line or file that shows it.', maxLength: LIMITS.text },
    },
  },
};

const proposals: Schema = {
  type: 'array',
  description: "Paths that wait for a person's yes: rootlock approve moves them into spec.paths.",
  maxItems: LIMITS.paths,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['path'],
  items: {
    type: 'object',
    required: ['path'],
    properties: {
      path: { type: 'string', description: 'As in spec.paths.', minLength: 1, maxLength: LIMITS.path },
      content: { type: 'string', description: 'As in spec.paths.', enum: ['Empty', 'Copy'] },
      class: { type: 'string', description: 'As in spec.paths.', enum: ['Scratch', 'Data'] },
      because: {
        type: 'string',
        description: 'Why the path is proposed, and why it waits.',
        maxLength: LIMITS.text,
      },
    },
  },
};

/** `status` of both kinds: what was seen, written by the controller alone. */
export const statusSchema: Schema = {
  type: 'object',
  description: 'What Rootlock has seen of the image. Written by its controller.',
  properties: {
    observedGeneration: integer('The metadata.generation that this status is about.', 'int64'),
    conditions,
    paths: integer(
      'How many paths the profile lists: the column PATHS, since a column cannot count.',
      'int32',
    ),
    matched,
    lastUsed: time(
      'When the youngest of the pods was created that it counts for; once there is none any more, since when. A learned ' +
        'profile that is unused for long is removed.',
    ),
    evidence,
    proposals,
  },
};

function integer(description: string, format: 'int32' | 'int64'): Schema {
  return { type: 'integer', description, format, minimum: 0 };
}

function time(description: string): Schema {
  return { type: 'string', description, format: 'date-time' };
}
