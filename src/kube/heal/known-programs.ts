import { type Programs, programsOf } from '../../core/healing/same-program.ts';
import { type ObservedProfile, sameSpec } from '../../core/observed/observed-profile.ts';
import type { Cache } from '../controller/cache.ts';

/** The built-in profiles by the names of their programs, made anew only where one of them has changed. */
export function createPrograms(
  profiles: Pick<Cache<ObservedProfile>, 'entries' | 'subscribe'>,
  stop: AbortSignal,
): () => Programs {
  let known: Programs | undefined;
  const unsubscribe = profiles.subscribe(({ before, after }) => {
    if (!sameSpec(before, after)) known = undefined;
  });
  stop.addEventListener('abort', unsubscribe);
  return () => {
    known ??= programsOf(
      [...profiles.entries()].flatMap(([, { read }]) =>
        read.kind === 'profile' && read.profile.source === 'builtin' ? [read.profile] : [],
      ),
    );
    return known;
  };
}
