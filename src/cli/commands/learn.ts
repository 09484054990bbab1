import { API_VERSION } from '../../core/catalog/read-profile.ts';
import { type ContainerPath, parseContainerPath } from '../../core/container-path.ts';
import { contentOf } from '../../core/healing/content.ts';
import { dataClassOf } from '../../core/healing/data-class.ts';
import { learnedName } from '../../core/healing/learned-profile.ts';
import { parseImage } from '../../core/image/reference.ts';
import type { JsonObject } from '../../core/json.ts';
import { type PathsToAdd, pathsToAdd } from '../../core/learning/paths-to-add.ts';
import { readLog } from '../../core/learning/read-log.ts';
import { choiceOption, collect, colorOption } from '../choice-option.ts';
import type { CliCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { resourceText } from '../output/resource-text.ts';
import { learnedJson, learnedLines } from '../report/learned.ts';
import { type ColorChoice, paintFor } from '../style.ts';
import type { Surroundings } from '../surroundings.ts';
import { UsageError } from '../usage-error.ts';

const FORMATS = ['text', 'json', 'yaml', 'profile'] as const;

export const learn: CliCommand = {
  name: 'learn',
  summary: "read a container's log, and tell which paths its read-only root kept it from writing",
  examples: [
    ['kubectl logs --previous POD | rootlock learn', 'what the last crash tells'],
    ['rootlock learn app.log --working-dir /app -o json', 'for a program; relative paths are below /app'],
    [
      'kubectl logs POD | rootlock learn --image ghcr.io/team/app -o profile',
      'a profile to look at, and to apply',
    ],
  ],
  define(command, { surroundings, runs }) {
    command
      .argument('[logfile]', 'a file, or - for stdin; not needed where a log is piped in')
      .optionsGroup('Of the container that logged it:')
      .option('--working-dir <path>', 'the directory that relative paths are resolved against')
      .option('--mount <path>', "where the pod's own volumes are mounted; may be repeated", collect)
      .option('--image <image>', 'its image: needed for -o profile')
      .optionsGroup('What comes out:')
      .addOption(choiceOption('-o, --output <format>', 'how to tell it', FORMATS).default('text'))
      .addOption(colorOption())
      .action(runs((file: string | undefined, flags: LearnFlags) => runLearn(file, flags, surroundings)));
  },
};

type LearnFlags = {
  readonly workingDir?: string;
  readonly mount?: readonly string[];
  readonly image?: string;
  readonly output: (typeof FORMATS)[number];
  readonly color: ColorChoice;
};

/** More than the kubelet keeps of a container's log by default (10 MiB a file, 5 of them). */
const MAX_BYTES = 64 * 1024 * 1024;

async function runLearn(
  file: string | undefined,
  flags: LearnFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { stdout, stderr, env } = surroundings;
  const mounts = (flags.mount ?? []).map((text) => absolute(text, '--mount'));
  const workingDir = flags.workingDir === undefined ? undefined : absolute(flags.workingDir, '--working-dir');
  const repository = flags.output === 'profile' ? repositoryOf(flags.image) : '';
  const bytes = await readInput(file, surroundings);
  if (bytes.length > MAX_BYTES) {
    stderr.write('error: the log is longer than 64 MiB: give the last lines of it (tail -c 64M)\n');
    return EXIT.problems;
  }
  const context = { mounts, ...(workingDir !== undefined && { workingDir }) };
  const evidence = readLog(new TextDecoder().decode(bytes), context);
  const found = pathsToAdd(evidence, { ...context, readOnlyRoot: true, failing: true, ours: [] });
  switch (flags.output) {
    case 'json':
    case 'yaml':
      stdout.write(resourceText(learnedJson(evidence, found), flags.output));
      return EXIT.ok;
    case 'profile':
      if (found.add.length === 0) {
        stderr.write(
          'error: nothing to be mounted follows from the log, so there is no profile to make of it\n',
        );
        return EXIT.problems;
      }
      stdout.write(resourceText(profileFor(repository, found), 'yaml'));
      return EXIT.ok;
    case 'text': {
      const look = { paint: paintFor(stdout, env, flags.color), columns: stdout.columns };
      stdout.write(`${learnedLines(evidence, found, look).join('\n')}\n`);
      return EXIT.ok;
    }
  }
}

function readInput(file: string | undefined, { files, stdin }: Surroundings): Promise<Uint8Array> {
  if (file === undefined && stdin.isTTY)
    throw new UsageError(
      'nothing to read: name a file, or pipe a log in (kubectl logs POD | rootlock learn)',
    );
  if (file === undefined || file === '-') return stdin.read();
  switch (files.kindOf(file)) {
    case 'nothing':
      throw new UsageError(`there is no file ${file}`);
    case 'folder':
      throw new UsageError(`${file} is a folder: name the file of one log`);
    case 'file':
      return files.read(file);
  }
}

function absolute(text: string, flag: string): ContainerPath {
  const path = parseContainerPath(text);
  if (path === undefined) throw new UsageError(`${flag} takes an absolute path, and not ${text}`);
  return path;
}

function repositoryOf(image: string | undefined): string {
  if (image === undefined) throw new UsageError('a profile is for an image: name it with --image');
  const parsed = parseImage(image);
  if (parsed.kind === 'malformed') throw new UsageError(`--image: ${parsed.problem}`);
  return parsed.image.repository;
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
