import type { ImageFacts, Profile, ProfilePath } from '../../core/catalog/profile.ts';
import { API_VERSION, SOURCE_LABEL } from '../../core/catalog/read-profile.ts';
import type { JsonObject } from '../../core/json.ts';

/** A profile as the API has it, with what is not the API's default: `readProfile` of it is the profile again. */
export function profileResource(profile: Profile): JsonObject {
  const { name, namespace, generation, source, image } = profile;
  return {
    apiVersion: API_VERSION,
    kind: namespace === undefined ? 'ClusterWritablePathProfile' : 'WritablePathProfile',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(source !== 'person' && { labels: { [SOURCE_LABEL]: source } }),
      ...(generation > 0 && { generation }),
    },
    spec: {
      image: {
        repository: image.repository,
        ...(image.tags !== undefined && { tags: image.tags }),
        ...(image.digests.length > 0 && { digests: image.digests }),
      },
      ...(profile.action === 'Exempt' && { action: profile.action }),
      ...(profile.reason !== '' && { reason: profile.reason }),
      ...(profile.expires !== undefined && { expires: new Date(profile.expires).toISOString() }),
      ...(profile.strategy === 'Replace' && { strategy: profile.strategy }),
      ...(profile.paths.length > 0 && { paths: profile.paths.map(pathResource) }),
      ...(profile.env.length > 0 && {
        env: profile.env.map(({ name: variable, value }) => ({ name: variable, value })),
      }),
      ...(Object.keys(profile.facts).length > 0 && { facts: factsResource(profile.facts) }),
    },
  };
}

export function pathResource(path: Omit<ProfilePath, 'from'>): JsonObject {
  return {
    path: path.path,
    ...(path.medium !== '' && { medium: path.medium }),
    ...(path.sizeLimit !== undefined && { sizeLimit: path.sizeLimit }),
    ...(path.content === 'Copy' && { content: path.content }),
    ...(path.class === 'Data' && { class: path.class }),
    ...(path.description !== '' && { description: path.description }),
  };
}

export function factsResource({ volumes, shell, separateVarRun }: Partial<ImageFacts>): JsonObject {
  return {
    ...(volumes && volumes.length > 0 && { volumes }),
    ...(shell !== undefined && { shell }),
    ...(separateVarRun !== undefined && { separateVarRun }),
  };
}
