import { decide } from '../../src/core/admission/decide.ts';
import { compileCatalog } from '../../src/core/catalog/lookup.ts';
import { readProfile } from '../../src/core/catalog/read-profile.ts';
import { readNamespacePolicy } from '../../src/core/policy/namespace-policy.ts';
import { profilesOf } from './profiles.ts';

/** What Rootlock answers for a pod, base64, for a webhook that answers it without thinking. */
export function patchFor(pod: string, profiles: number): string {
  const read = profilesOf(profiles).map(readProfile);
  const catalog = compileCatalog(
    read.flatMap((each) => (each.kind === 'profile' ? [each.profile] : [])),
    { mirrors: [], namespacedExemptions: true },
  );
  const { policy } = readNamespacePolicy({ 'rootlock.dev/mode': 'enforce' });
  const decision = decide(
    { pod: JSON.parse(pod), namespace: 'bench', policy, policyProblems: [], now: Date.now() },
    {
      catalog,
      settings: {
        podAnnotations: true,
        record: true,
        runtime: { imageVolumePaths: 'unknown', emptyDirMode: true },
      },
    },
  );
  if (decision.kind !== 'judged') throw new Error(`the pod of the benchmark is ${decision.kind}`);
  return Buffer.from(JSON.stringify(decision.operations)).toString('base64');
}
