import type { ContainerDecision } from '../../core/admission/decision.ts';
import { profileVersion } from '../../core/admission/told.ts';
import type { Profile } from '../../core/catalog/profile.ts';
import { parseImage } from '../../core/image/reference.ts';
import { NAMESPACE_LABELS } from '../../core/policy/namespace-policy.ts';
import type { JudgedWorkload } from '../inspect/judge.ts';
import { printable } from '../style.ts';
import { tableLines } from '../table.ts';
import { titleOf } from '../workloads/objects.ts';
import { containersOf, OUTCOMES, outcomeOf } from './outcome.ts';
import { mountSentence, notMountedSentence } from './summary.ts';
import { type Look, reasonLines, textLines } from './text-lines.ts';

/** What an explanation is made from: a workload of a manifest, or a pod of a cluster, which stands in no file. */
export type Explained = Pick<JudgedWorkload, 'namespace' | 'choice' | 'decision'> & {
  readonly title: string;
  /** `web.yaml:3`; absent in a cluster, where the namespace's rules about running pods count as well. */
  readonly place?: string;
};

export function explainedOf({ object, position, namespace, choice, decision }: JudgedWorkload): Explained {
  const place = `${object.document.source.name}:${position.line}`;
  return { title: titleOf(object), place, namespace, choice, decision };
}

/** All that led to a decision: the namespace's rules, the image, the profiles, each path, what still speaks against it. */
export function explanationLines(workload: Explained, look: Look): string[] {
  const { title, place, decision } = workload;
  const { paint } = look;
  const where = place === undefined ? '' : `  ${paint('dim', printable(place))}`;
  return [
    `${paint('bold', printable(title))}: ${OUTCOMES[outcomeOf(decision)]}${where}`,
    ...namespaceLines(workload, look),
    ...(decision.kind === 'left-alone' ? leftAloneLines(decision, look) : []),
    ...(decision.kind === 'denied' ? textLines(`${decision.reason}: ${decision.message}`, 4, look) : []),
    ...containersOf(decision).flatMap((each) => containerLines(each, workload, look)),
    ...(decision.kind === 'judged'
      ? decision.notes.flatMap((note) => textLines(`note: ${note}`, 2, look))
      : []),
    '',
  ].map((line) => line.trimEnd());
}

function namespaceLines({ namespace, choice, place }: Explained, look: Look): string[] {
  const rules = Object.entries(NAMESPACE_LABELS)
    .filter(([key]) => place === undefined || !ONLY_IN_A_CLUSTER.includes(key))
    .map(
      ([key, { label }]) =>
        `${label.replace('rootlock.dev/', '')} ${choice.policy[key as keyof typeof NAMESPACE_LABELS]}`,
    );
  return textLines(`namespace ${namespace}, by ${choice.from}: ${rules.join(', ')}`, 2, look);
}

/** Choices about pods that run: a manifest has none. */
const ONLY_IN_A_CLUSTER: readonly string[] = ['heal', 'rollout'];

function containerLines(decision: ContainerDecision, workload: Explained, look: Look): string[] {
  const { container } = decision;
  const { paint } = look;
  const head = `  ${LIST_NOUNS[container.list]} ${paint('bold', printable(container.name))}, image ${paint('cyan', imageText(container.image))}`;
  if (decision.kind === 'left-alone') {
    return [head, ...leftAloneLines(decision, look), ...findingLines(decision, workload, look)];
  }
  const { mounts, notMounted, env } = decision.plan;
  const rows = [
    ...mounts.map((mount) => [
      `      ${paint('green', `+ ${mount.path}`)}`,
      `${mountSentence(mount)}${mount.from === undefined ? '' : paint('dim', ` [${profileVersion(mount.from)}]`)}`,
    ]),
    ...env.map(({ name, value }) => [
      `      ${paint('green', `+ ${printable(name)}=${printable(value)}`)}`,
      'moves writes there',
    ]),
    ...notMounted.map((path) => [`      ${paint('dim', `· ${path.path}`)}`, notMountedSentence(path)]),
  ];
  return [
    head,
    '    gets readOnlyRootFilesystem: true',
    ...profileLines(decision.profiles, look),
    ...(rows.length === 0 ? ['    needs no volume'] : ['    paths:', ...tableLines(rows)]),
    ...findingLines(decision, workload, look),
  ];
}

const LIST_NOUNS = {
  initContainers: 'init container',
  containers: 'container',
  ephemeralContainers: 'ephemeral container',
} as const;

/** `nginx:1.27 (docker.io/library/nginx)`: as written, and as the catalog is asked for it. */
function imageText(image: string): string {
  const parsed = parseImage(image);
  const written = printable(image);
  if (parsed.kind === 'malformed' || image.startsWith(parsed.image.repository)) return written;
  return `${written} (${parsed.image.repository})`;
}

function profileLines(profiles: readonly Profile[], look: Look): string[] {
  if (profiles.length === 0) return ['    by no profile: the paths that nearly every program writes'];
  return profiles.flatMap((profile, index) =>
    textLines(
      `${index === 0 ? 'by' : 'and'} profile ${look.paint('bold', profileVersion(profile))} (${sourceText(profile)}), for ${selectorText(profile)}`,
      4,
      look,
    ),
  );
}

export function sourceText({ source }: Profile): string {
  return { builtin: 'built-in', learned: 'learned', person: "a person's" }[source];
}

export function selectorText({ image: { repository, tags, digests } }: Profile): string {
  const which = [
    ...(tags === undefined ? [] : [`tags ${tags}`]),
    ...digests.map((digest) => digest.slice(0, 19)),
  ];
  return `${repository}${which.length === 0 ? ', all tags' : `, ${which.join(', ')}`}`;
}

function findingLines({ container }: ContainerDecision, { decision }: Explained, look: Look): string[] {
  const findings =
    decision.kind === 'left-alone'
      ? []
      : decision.findings.filter((each) => each.container === container.name);
  if (findings.length === 0) return [];
  return [
    '    still to be said:',
    ...findings.flatMap(({ key, severity, message }) =>
      textLines(`${look.paint('yellow', key)} (${severity}): ${printable(message)}`, 6, look),
    ),
  ];
}

function leftAloneLines(reason: Parameters<typeof reasonLines>[0], look: Look): string[] {
  return ['    left alone', ...reasonLines(reason, look)];
}
