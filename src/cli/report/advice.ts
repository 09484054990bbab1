import type { SkipReason } from '../../core/admission/decision.ts';

/** What a person can do about a reason, where the sentence behind it does not say so already. */
export const ADVICE: Readonly<Partial<Record<SkipReason, string>>> = {
  'not-opted-in': 'label the namespace rootlock.dev/mode: enforce',
  'exempt-pod': 'remove the annotation when the image can run with a read-only root',
  'exempt-container': 'remove it from the annotation when the image can run with a read-only root',
  'exempt-profile': 'a profile of your own for the image goes before it: --catalog DIR',
  'unknown-image':
    'write a profile for it (--catalog DIR), or harden it with /tmp, /var/tmp and /run: --unknown-images scratch',
  'untried-image':
    'write a profile for it (--catalog DIR), or name what it writes: annotation rootlock.dev/writable-paths.CONTAINER',
  'malformed-image': 'correct the image reference; a template has to be rendered first',
  'explicit-false': 'remove that line, or choose --explicit-false override',
  'needs-approval': 'mount a PersistentVolumeClaim there, or choose --data-paths mount',
};

/** The reason key of custom resources whose controllers make pods: of the command line only, the webhook sees their pods. */
export const POD_MAKER = {
  reason: 'custom-resource',
  advice: 'nothing to do: the webhook hardens the pods as they are created',
} as const;

export function podMakerSentence(maker: string): string {
  return `its pods are made by ${maker}, which decides what it takes from the template`;
}
