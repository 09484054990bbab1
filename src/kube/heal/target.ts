import { type Api, createApi } from '../api.ts';
import { loadKubeconfig } from '../kubeconfig.ts';

/** Which cluster and namespace a command line is about: as kubectl chooses them. */
export type Target = { readonly api: Api; readonly namespace: string };

export type TargetChoice = {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
};

/** Rejects where there is no such file or context. */
export async function targetOf(choice: TargetChoice, userAgent: string): Promise<Target> {
  const config = await loadKubeconfig(
    choice.kubeconfig,
    'name a kubeconfig file with --kubeconfig, or set KUBECONFIG',
  );
  if (choice.context !== undefined) {
    if (config.getContextObject(choice.context) === null) {
      const known = config.getContexts().map(({ name }) => name);
      throw new Error(`there is no context ${choice.context}; there are ${known.join(', ')}`);
    }
    config.setCurrentContext(choice.context);
  }
  const context = config.getContextObject(config.getCurrentContext());
  return {
    api: createApi(config, userAgent),
    namespace: choice.namespace ?? context?.namespace ?? 'default',
  };
}
