import { SEED_PREFIX } from '../admission/seed.ts';
import { isOurVolume } from '../admission/volume-name.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../json.ts';

/**
 * A pod without the volumes and init containers that admission gave it, to tell what it would be given today. Volumes are
 * known by their names: good enough for telling, never for deciding.
 */
export function barePod(pod: JsonObject): JsonObject {
  const spec = isObject(pod.spec) ? pod.spec : {};
  return {
    ...pod,
    spec: {
      ...spec,
      ...(isArray(spec.volumes) && { volumes: spec.volumes.filter((volume) => !isOurs(volume)) }),
      ...(isArray(spec.containers) && { containers: spec.containers.map(bareContainer) }),
      ...(isArray(spec.initContainers) && {
        initContainers: spec.initContainers.filter((each) => !isSeed(each)).map(bareContainer),
      }),
    },
  };
}

function isOurs(json: Json): boolean {
  return isObject(json) && isOurVolume(textOf(json.name) ?? '');
}

function isSeed(json: Json): boolean {
  return isObject(json) && (textOf(json.name) ?? '').startsWith(SEED_PREFIX);
}

function bareContainer(json: Json): Json {
  if (!isObject(json) || !isArray(json.volumeMounts)) return json;
  return { ...json, volumeMounts: json.volumeMounts.filter((mount) => !isOurs(mount)) };
}
