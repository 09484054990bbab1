import type { Command } from 'commander';
import type { RuntimeFacts } from '../core/admission/world.ts';
import type { Mirror } from '../core/catalog/lookup.ts';
import { parseMirror } from '../core/image/mirrors.ts';
import type { JsonObject } from '../core/json.ts';
import { NAMESPACE_LABELS, type NamespacePolicy } from '../core/policy/namespace-policy.ts';
import { readOwnProfiles } from './catalog-options.ts';
import { choiceOption, collect, colorOption } from './choice-option.ts';
import { type ReadSources, readSources } from './input/sources.ts';
import type { InspectInput } from './inspect/inspect.ts';
import { type PolicyChoice, policyOf } from './inspect/policies.ts';
import { createProgress, type Progress } from './progress.ts';
import type { ColorChoice } from './style.ts';
import type { Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';
import type { Problem } from './yaml/problem.ts';

/** The flags of every command that judges manifests, as commander hands them over. */
export type ManifestFlags = {
  readonly filename?: readonly string[];
  readonly unknownImages?: NamespacePolicy['unknownImages'];
  readonly explicitFalse?: NamespacePolicy['explicitFalse'];
  readonly privileged?: NamespacePolicy['privileged'];
  readonly dataPaths?: NamespacePolicy['dataPaths'];
  readonly mirror?: readonly string[];
  readonly catalog?: readonly string[];
  readonly runtime?: keyof typeof RUNTIMES;
  readonly seedImage?: string;
  readonly namespace?: string;
  readonly color: ColorChoice;
};

const RUNTIMES = { containerd: 'copied', 'cri-o': 'read-only' } as const satisfies Record<
  string,
  RuntimeFacts['imageVolumePaths']
>;

/** The choices of a namespace that a flag makes as well. */
const POLICY_FLAGS = {
  unknownImages: ['--unknown-images', 'what becomes of images that no profile matches'],
  explicitFalse: ['--explicit-false', 'what becomes of containers that say readOnlyRootFilesystem: false'],
  privileged: ['--privileged', 'what becomes of privileged containers'],
  dataPaths: ['--data-paths', "whether paths of users' data are mounted, or wait for a person"],
} as const;

type PolicyFlag = keyof typeof POLICY_FLAGS;

/** `namespace` is what `-n` means, where it means more than in a file. */
export function addManifestOptions(
  command: Command,
  namespace = 'the namespace of objects that name none; default where it is absent',
): Command {
  command
    .optionsGroup('What to read:')
    .option(
      '-f, --filename <path>',
      'a file, a folder (*.yaml, *.yml, *.json), or - for stdin; may be repeated',
      collect,
    )
    .option('--catalog <path>', 'profiles of your own, files or folders; may be repeated', collect)
    .optionsGroup('What to decide:');
  for (const [choice, [flag, about]] of Object.entries(POLICY_FLAGS)) {
    const { values } = NAMESPACE_LABELS[choice as PolicyFlag];
    command.addOption(choiceOption(`${flag} <choice>`, about, values));
  }
  return command
    .option('-n, --namespace <name>', namespace)
    .option('--mirror <prefix=target>', 'a registry that mirrors another; may be repeated', collect)
    .addOption(
      choiceOption(
        '--runtime <name>',
        "the nodes' container runtime, which decides about VOLUMEs",
        Object.keys(RUNTIMES),
      ),
    )
    .option('--seed-image <image>', 'an image with sh and cp, to copy content out of image volumes')
    .optionsGroup('What comes out:')
    .addOption(colorOption());
}

export type ReadManifests = {
  readonly read: ReadSources;
  readonly input: InspectInput;
  /** Of the profiles that `--catalog` names. */
  readonly problems: readonly Problem[];
  readonly progress: Progress;
};

/** Reads what the flags name, ready to be inspected. */
export async function readManifests(
  flags: ManifestFlags,
  surroundings: Surroundings,
  except?: string,
): Promise<ReadManifests> {
  const { stderr, now } = surroundings;
  const progress = createProgress(stderr, now);
  const paths = pathsOf(flags, surroundings);
  const own = await readOwnProfiles(flags.catalog ?? [], surroundings);
  const read = await readSources({
    ...surroundings,
    paths,
    progress,
    ...(except !== undefined && { except }),
  });
  const input: InspectInput = {
    sources: read.sources,
    builtin: surroundings.builtin(),
    options: {
      profiles: own.profiles,
      mirrors: (flags.mirror ?? []).map(mirrorOf),
      runtime: runtimeOf(flags),
      namespace: flags.namespace ?? 'default',
    },
    fallback: fallbackOf(flags),
    now: now(),
    watch: (done, of, source) => progress.at(done, of, source),
  };
  return { read, input, problems: own.problems, progress };
}

function pathsOf({ filename = [] }: ManifestFlags, { stdin }: Surroundings): readonly string[] {
  if (filename.length > 0) return filename;
  if (!stdin.isTTY) return ['-'];
  throw new UsageError('nothing to read: name a file or a folder with -f, or pipe manifests in');
}

export function runtimeOf({ runtime, seedImage }: ManifestFlags): RuntimeFacts {
  return {
    imageVolumePaths: runtime === undefined ? 'unknown' : RUNTIMES[runtime],
    ...(seedImage !== undefined && { seedImage }),
    emptyDirMode: false,
  };
}

export function mirrorOf(text: string): Mirror {
  const parsed = parseMirror(text);
  if (parsed.kind === 'malformed') throw new UsageError(`--mirror: ${parsed.problem}`);
  return parsed.mirror;
}

export function fallbackOf(flags: ManifestFlags): PolicyChoice {
  const { unknownImages, explicitFalse, privileged, dataPaths } = flags;
  return {
    policy: policyOf({
      mode: 'enforce',
      ...(unknownImages && { unknownImages }),
      ...(explicitFalse && { explicitFalse }),
      ...(privileged && { privileged }),
      ...(dataPaths && { dataPaths }),
    }),
    problems: [],
    from: 'the command line',
  };
}

/** The flags, with what the configuration of a KRM function says instead, its keys named as the flags are. */
export function withFunctionConfig(flags: ManifestFlags, config: JsonObject): ManifestFlags {
  const chosen: Partial<Record<PolicyFlag, string>> = {};
  for (const [key, value] of Object.entries(config)) {
    const choice = (Object.keys(POLICY_FLAGS) as PolicyFlag[]).find(
      (each) => POLICY_FLAGS[each][0] === `--${key}`,
    );
    if (choice === undefined) {
      throw new UsageError(
        `functionConfig: unknown key ${key}; it takes ${Object.values(POLICY_FLAGS)
          .map(([flag]) => flag.slice(2))
          .join(', ')}`,
      );
    }
    const { values } = NAMESPACE_LABELS[choice];
    const known: readonly string[] = values;
    if (typeof value !== 'string' || !known.includes(value)) {
      throw new UsageError(`functionConfig: ${key} takes ${values.join(', ')}`);
    }
    chosen[choice] = value;
  }
  return { ...flags, ...(chosen as Partial<ManifestFlags>) };
}
