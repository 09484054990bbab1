import type { Outcome, Trial } from './trial.ts';

/** The page that a run writes. */
export function resultPage(trials: readonly Trial[], facts: { readonly kubernetes: string }): string {
  const sorted = trials.toSorted((one, other) => (one.program < other.program ? -1 : 1));
  const rows = sorted.map(
    ({ program, flagOnly, outcome, rounds, seconds, paths, because }) =>
      `| ${[program, flagOnly, `**${outcome}**`, rounds, seconds, paths.map((path) => `\`${path}\``).join(' '), escaped(because)].join(' | ')} |`,
  );
  const counts = OUTCOMES.map(
    (outcome) => `${trials.filter((trial) => trial.outcome === outcome).length} ${outcome}`,
  );
  return `# ${trials.length} real programs, healed by Rootlock

Written by the trials of \`npm run e2e:programs -- DIR\`, which make an image of each program, and run it on a real node
(Kubernetes ${facts.kubernetes}, containerd, runc) in a namespace labelled \`rootlock.dev/mode: enforce\` and
\`rootlock.dev/unknown-images: scratch\`. No built-in profile matches the images, and nothing is written by hand.

**${counts.join(', ')}.** ${medians(trials)}

- _works:_ its root is read-only, and its smoke test passed twice, more than a minute apart, without a change between.
- _stepped back:_ its root was left writable for a while, and its smoke test passed.
- _silent:_ it runs, read-only, and its work fails, with no line in its log that tells of it.
- _flag only:_ what was seen of it with \`readOnlyRootFilesystem: true\` and nothing else.
- _rounds:_ pods that were replaced. _seconds:_ from the making of the Deployment to the start of the pod that stayed.
- _paths:_ what its profile lists in the end; \`*\`: the image's content is copied in.

| program | flag only | with Rootlock | rounds | seconds | paths | because |
| --- | --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function medians(trials: readonly Trial[]): string {
  const healed = trials.filter(({ outcome, rounds }) => outcome === 'works' && rounds > 0);
  const rounds = median(healed.map((trial) => trial.rounds));
  const seconds = median(healed.map((trial) => trial.seconds));
  return `Of the ${healed.length} that work and had to be healed, the median took ${rounds} rounds and ${seconds} seconds.`;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? 0;
}

const OUTCOMES: readonly Outcome[] = ['works', 'stepped back', 'silent', 'down'];

function escaped(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').replaceAll(/`/g, "'").slice(0, 200);
}
