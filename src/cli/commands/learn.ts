import { API_VERSION } from '../../core/catalog/read-profile.ts';
import { type ContainerPath, parseContainerPath } from '../../core/container-path.ts';
import { contentOf } from '../../core/healing/content.ts';
import { dataClassOf } from '../../core/healing/data-class.ts';
import { learnedName } from '../../core/healing/learned-profile.ts';
import { parseImage } from '../../core/image/reference.ts';
import type { JsonObject } from '../../core/json.ts';
import { type Evidence, TROUBLE_CAUSES } from '../../core/learning/evidence.ts';
import { NOT_ABOUT_ROOT } from '../../core/learning/not-about-root.ts';
import { type PathsToAdd, pathsToAdd } from '../../core/learning/paths-to-add.ts';
import { readLog } from '../../core/learning/read-log.ts';
import { choiceOption, collect } from '../choice-option.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { resourceText } from '../output/resource-text.ts';
import { printable } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { tableLines } from '../table.ts';
import { UsageError } from '../usage-error.ts';

const FORMATS = ['table', 'json', 'yaml'] as const;

export const learn: CliCommand = {
  name: 'learn',
  summary: "read a container's log, and tell which paths its read-only root kept it from writing",
  examples: [
    ['kubectl logs --previous POD | rootlock learn -', 'what the last crash tells'],
    ['rootlock learn app.log --working-dir /app -o json', 'for a program; relative paths are below /app'],
    ['rootlock learn app.log --image ghcr.io/team/app -o yaml', 'a profile to look at, and to apply'],
  ],
  define(command, { surroundings, runs }) {
    command
      .argument('<logfile>', 'a file, or - for stdin')
      .option('--working-dir <path>', 'the directory that relative paths are resolved against')
      .option('--mount <path>', "where the pod's own volumes are mounted; may be repeated", collect)
      .option('--image <image>', 'the image that logged it: needed for -o yaml')
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('table'))
      .action(runs((file: string, flags: LearnFlags) => runLearn(file, flags, surroundings)));
  },
};

type LearnFlags = {
  readonly workingDir?: string;
  readonly mount?: readonly string[];
  readonly image?: string;
  readonly output: (typeof FORMATS)[number];
};

/** More than the kubelet keeps of a container's log by default (10 MiB a file, 5 of them). */
const MAX_BYTES = 64 * 1024 * 1024;

async function runLearn(file: string, flags: LearnFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr, files, stdin } = surroundings;
  const mounts = (flags.mount ?? []).map((text) => absolute(text, '--mount'));
  const workingDir = flags.workingDir === undefined ? undefined : absolute(flags.workingDir, '--working-dir');
  const repository = flags.output === 'yaml' ? repositoryOf(flags.image) : '';
  if (file !== '-' && files.kindOf(file) !== 'file') throw new UsageError(`there is no file ${file}`);
  const bytes = file === '-' ? await stdin.read() : await files.read(file);
  if (bytes.length > MAX_BYTES) {
    stderr.write('error: the log is longer than 64 MiB: give the last lines of it (tail -c 64M)\n');
    return EXIT.problems;
  }
  const context = { mounts, ...(workingDir !== undefined && { workingDir }) };
  const evidence = readLog(new TextDecoder().decode(bytes), context);
  const found = pathsToAdd(evidence, { ...context, readOnlyRoot: true, failing: true, ours: [] });
  switch (flags.output) {
    case 'json':
      stdout.write(`${JSON.stringify(learnJson(evidence, found), null, 2)}\n`);
      break;
    case 'yaml':
      stdout.write(resourceText(profileFor(repository, found), 'yaml'));
      break;
    case 'table':
      stdout.write(`${learnLines(evidence, found).map(printable).join('\n')}\n`);
      break;
  }
  return EXIT.ok;
}

function absolute(text: string, flag: string): ContainerPath {
  const path = parseContainerPath(text);
  if (path === undefined) throw new UsageError(`${flag} takes an absolute path, and not ${text}`);
  return path;
}

function repositoryOf(image: string | undefined): string {
  if (image === undefined) throw new UsageError('-o yaml makes a profile: name its image with --image');
  const parsed = parseImage(image);
  if (parsed.kind === 'malformed') throw new UsageError(`--image: ${parsed.problem}`);
  return parsed.image.repository;
}

function learnLines(evidence: readonly Evidence[], found: PathsToAdd): string[] {
  if (evidence.length === 0) return ['The log tells of no write that a read-only root would make fail.'];
  const rows = evidence.map((one) => [...rowFor(one), one.line]);
  const mounts = found.add.map(({ path }) => path);
  return [
    ...tableLines([['WHAT', 'PATH', 'MEANS', 'LINE'], ...rows]),
    '',
    ...(mounts.length > 0
      ? [`To be mounted: ${mounts.join(', ')}`]
      : ['Nothing to be mounted follows from it.']),
    ...found.blocked.map(({ path, because }) => `Not to be mounted: ${path} ${because}`),
  ];
}

function rowFor(evidence: Evidence): readonly [what: string, path: string, means: string] {
  switch (evidence.kind) {
    case 'write':
      return [
        evidence.strength === 'named' ? 'write' : 'maybe a write',
        evidence.path,
        `mount ${evidence.directory}`,
      ];
    case 'root-level-file':
      return ['write', evidence.path, evidence.advice];
    case 'pathless':
      return [
        'write',
        evidence.relative ?? '(not named)',
        evidence.candidates.length > 0 ? `maybe ${evidence.candidates.join(', ')}` : 'not known where',
      ];
    case 'mount-trouble':
      return ['trouble', evidence.path ?? '', TROUBLE_CAUSES[evidence.cause]];
    case 'not-about-root':
      return ['elsewhere', evidence.path, NOT_ABOUT_ROOT[evidence.because]];
  }
}

function learnJson(evidence: readonly Evidence[], { add, blocked, weak }: PathsToAdd): JsonObject {
  return {
    evidence: evidence.map(({ ...each }) => each),
    mount: add.map(({ path }) => path),
    maybe: weak.map(({ path }) => path),
    blocked: blocked.map(({ path, because }) => ({ path, because })),
  };
}

/** What the controller would write, as a person's profile for all namespaces. */
function profileFor(repository: string, { add }: PathsToAdd): JsonObject {
  return {
    apiVersion: API_VERSION,
    kind: 'ClusterWritablePathProfile',
    metadata: { name: learnedName(repository) },
    spec: {
      image: { repository },
      paths: add.map(({ path, evidence }) => ({
        path,
        content: contentOf(path, evidence),
        class: dataClassOf(path, []),
        description: evidence.line,
      })),
    },
  };
}
