import type { Config } from './config.ts';
import type { NodeFacts } from './core/admission/node-facts.ts';
import type { AdmissionSettings } from './core/admission/world.ts';

/**
 * What decisions are made by, in the webhook and in the controller alike: where they differed, the controller would miss
 * on pods what the webhook never gives them. What the installation chose wins over what the nodes tell.
 */
export function admissionSettings(config: Config, nodes: NodeFacts): AdmissionSettings {
  const { podAnnotations, emptyDirMode, seedImage } = config;
  const imageVolumePaths =
    config.imageVolumePaths === 'unknown' ? nodes.imageVolumePaths : config.imageVolumePaths;
  const seed = nodes.imageVolumes && seedImage !== '' ? { seedImage } : {};
  return { podAnnotations, record: true, runtime: { imageVolumePaths, emptyDirMode, ...seed } };
}
