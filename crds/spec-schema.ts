import { LIMITS } from '../src/core/catalog/profile-messages.ts';
import { MAX_TAG_SELECTOR_LENGTH } from '../src/core/catalog/tags.ts';
import {
  digestRules,
  envNameRules,
  mountPathRules,
  pathRules,
  repositoryRules,
  sizeLimitRules,
  specRules,
  TIMESTAMP,
  tagsRules,
} from './rules.ts';
import type { Schema } from './schema.ts';

/** Long enough that an ordinary mistake, such as a sha512 digest, is met by the rule and its sentence. */
const SHORT_TEXT = 256;

const image: Schema = {
  type: 'object',
  description:
    'The images that this profile is for: those of the repository that have one of the tags or one of the ' +
    'digests, and all of them where neither is given. The most specific profile wins: a digest before a tag ' +
    'before a repository before a wildcard.',
  required: ['repository'],
  properties: {
    repository: {
      type: 'string',
      description:
        'The image repository, completed as the kubelet does: nginx means docker.io/library/nginx. ' +
        "'*' stands for characters within one part, '**' for any number of whole parts.",
      minLength: 1,
      maxLength: LIMITS.repository,
      'x-kubernetes-validations': repositoryRules,
    },
    tags: {
      type: 'string',
      description: 'The tags, as a semver range (">=1.19 <2") or a glob ("*-alpine"). Absent: all tags.',
      maxLength: MAX_TAG_SELECTOR_LENGTH,
      'x-kubernetes-validations': tagsRules,
    },
    digests: {
      type: 'array',
      description:
        'Exact images by their digests, sha256: and 64 hexadecimal digits. Absent: none in particular.',
      maxItems: LIMITS.digests,
      'x-kubernetes-list-type': 'set',
      items: { type: 'string', maxLength: SHORT_TEXT, 'x-kubernetes-validations': digestRules },
    },
  },
};

const paths: Schema = {
  type: 'array',
  description:
    'The paths that the image has to write to. At each of them a container is given a volume of its own.',
  maxItems: LIMITS.paths,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['path'],
  items: {
    type: 'object',
    required: ['path'],
    properties: {
      path: {
        type: 'string',
        description:
          'The directory, an absolute and clean path. /var/run and /run are one directory, and so are /var/lock and ' +
          '/run/lock, unless facts.separateVarRun says otherwise.',
        minLength: 1,
        maxLength: LIMITS.path,
        'x-kubernetes-validations': mountPathRules,
      },
      medium: {
        type: 'string',
        description:
          'What the volume lies on: "" is the disk of the node, Memory is a tmpfs that counts as memory of the container.',
        enum: ['', 'Memory'],
        default: '',
      },
      sizeLimit: {
        type: 'string',
        description:
          'How much may be written, a Kubernetes quantity in bytes such as 256Mi: beyond it the pod is evicted. Absent: no limit.',
        maxLength: SHORT_TEXT,
        'x-kubernetes-validations': sizeLimitRules,
      },
      content: {
        type: 'string',
        description:
          'Empty: the image has nothing there that is needed. Copy: what the image has there, directories and modes ' +
          'included, is copied into the volume before the container starts.',
        enum: ['Empty', 'Copy'],
        default: 'Empty',
      },
      class: {
        type: 'string',
        description:
          "Scratch: files that may be lost. Data: users' data, which is lost with the pod unless it lies on a " +
          'PersistentVolumeClaim; a volume is mounted all the same, and reported.',
        enum: ['Scratch', 'Data'],
        default: 'Scratch',
      },
      description: {
        type: 'string',
        description: 'What the image writes there, for people.',
        maxLength: LIMITS.text,
      },
    },
  },
};

const env: Schema = {
  type: 'array',
  description:
    'Environment variables that move a write to a writable path, such as HOME or TMPDIR. A variable that the pod sets itself is never changed.',
  maxItems: LIMITS.env,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['name'],
  items: {
    type: 'object',
    required: ['name'],
    properties: {
      name: {
        type: 'string',
        description: 'The name of the variable: letters, digits and _, not starting with a digit.',
        minLength: 1,
        maxLength: LIMITS.text,
        'x-kubernetes-validations': envNameRules,
      },
      value: {
        type: 'string',
        description:
          'The value of the variable, taken as it is: $(NAME) is expanded by the kubelet, as in a pod.',
        default: '',
        maxLength: LIMITS.text,
      },
    },
  },
};

const facts: Schema = {
  type: 'object',
  description:
    'What is known of the image itself. A fact that is left out may come from a less specific profile.',
  properties: {
    volumes: {
      type: 'array',
      description:
        "The image's VOLUME paths. Under containerd they stay writable with a copy of the image's content, under " +
        'CRI-O they do not.',
      maxItems: LIMITS.volumes,
      'x-kubernetes-list-type': 'atomic',
      items: { type: 'string', minLength: 1, maxLength: LIMITS.path, 'x-kubernetes-validations': pathRules },
    },
    shell: {
      type: 'boolean',
      description:
        'Whether the image has sh and cp, so that it can copy its own content. Absent: taken to be true; false for a distroless image.',
    },
    separateVarRun: {
      type: 'boolean',
      description:
        'Whether /var/run or /var/lock are directories of their own in this image. Absent: taken to be false; they are ' +
        'links to /run and /run/lock.',
    },
  },
};

/** `spec` of both kinds. The defaults are those of `readProfile`. */
export const specSchema: Schema = {
  type: 'object',
  description: 'What one image has to write to, or that it cannot run with a read-only root file system.',
  required: ['image'],
  'x-kubernetes-validations': specRules,
  properties: {
    image,
    action: {
      type: 'string',
      description:
        'Harden: run the image with a read-only root and volumes at the paths. Exempt: leave it as it is, for the reason given.',
      enum: ['Harden', 'Exempt'],
      default: 'Harden',
    },
    reason: {
      type: 'string',
      description: 'Why the image cannot run with a read-only root. Required for Exempt.',
      maxLength: LIMITS.text,
    },
    expires: {
      type: 'string',
      description:
        'The time from which on this profile no longer counts, such as 2027-01-31T12:00:00Z (RFC 3339). Absent or null: never.',
      format: 'date-time',
      pattern: TIMESTAMP,
      maxLength: SHORT_TEXT,
      nullable: true,
    },
    strategy: {
      type: 'string',
      description:
        'Merge: the paths of less specific profiles for the same image are mounted too. Replace: only those of this one.',
      enum: ['Merge', 'Replace'],
      default: 'Merge',
    },
    paths,
    env,
    facts,
  },
};
