/**
 * Where the objects of Kubernetes itself keep the pod, or the template of their pods, as a JSON pointer. `extensions` is where
 * Deployments lived before 2019; old manifests still say so.
 */
export const WORKLOADS: readonly {
  readonly groups: readonly string[];
  readonly kind: string;
  readonly pod: string;
}[] = [
  { groups: [''], kind: 'Pod', pod: '' },
  { groups: [''], kind: 'PodTemplate', pod: '/template' },
  { groups: [''], kind: 'ReplicationController', pod: '/spec/template' },
  { groups: ['apps', 'extensions'], kind: 'DaemonSet', pod: '/spec/template' },
  { groups: ['apps', 'extensions'], kind: 'Deployment', pod: '/spec/template' },
  { groups: ['apps', 'extensions'], kind: 'ReplicaSet', pod: '/spec/template' },
  { groups: ['apps'], kind: 'StatefulSet', pod: '/spec/template' },
  { groups: ['batch'], kind: 'CronJob', pod: '/spec/jobTemplate/spec/template' },
  { groups: ['batch'], kind: 'Job', pod: '/spec/template' },
];

/**
 * Custom resources whose controllers make pods. Their files are left as they are: a controller decides which fields of a
 * template it takes, and the webhook sees the pods that it makes.
 */
export const POD_MAKERS: readonly {
  readonly group: string;
  readonly kinds: readonly string[];
  readonly maker: string;
}[] = [
  { group: 'agones.dev', kinds: ['Fleet', 'GameServer', 'GameServerSet'], maker: 'Agones' },
  {
    group: 'apps.kruise.io',
    kinds: ['BroadcastJob', 'CloneSet', 'DaemonSet', 'StatefulSet'],
    maker: 'OpenKruise',
  },
  { group: 'apps.openshift.io', kinds: ['DeploymentConfig'], maker: 'OpenShift' },
  { group: '', kinds: ['Template'], maker: 'OpenShift, from a template,' },
  { group: 'template.openshift.io', kinds: ['Template'], maker: 'OpenShift, from a template,' },
  { group: 'argoproj.io', kinds: ['Rollout'], maker: 'Argo Rollouts' },
  {
    group: 'argoproj.io',
    kinds: ['ClusterWorkflowTemplate', 'CronWorkflow', 'Workflow', 'WorkflowTemplate'],
    maker: 'Argo Workflows',
  },
  { group: 'batch.volcano.sh', kinds: ['Job'], maker: 'Volcano' },
  { group: 'jobset.x-k8s.io', kinds: ['JobSet'], maker: 'JobSet' },
  { group: 'keda.sh', kinds: ['ScaledJob'], maker: 'KEDA' },
  {
    group: 'kubeflow.org',
    kinds: ['MPIJob', 'Notebook', 'PaddleJob', 'PyTorchJob', 'TFJob', 'TrainJob', 'XGBoostJob'],
    maker: 'Kubeflow',
  },
  { group: 'leaderworkerset.x-k8s.io', kinds: ['LeaderWorkerSet'], maker: 'LeaderWorkerSet' },
  { group: 'ray.io', kinds: ['RayCluster', 'RayJob', 'RayService'], maker: 'KubeRay' },
  { group: 'serving.knative.dev', kinds: ['Configuration', 'Revision', 'Service'], maker: 'Knative Serving' },
  {
    group: 'serving.kserve.io',
    kinds: ['InferenceService', 'ServingRuntime', 'ClusterServingRuntime'],
    maker: 'KServe',
  },
  { group: 'sources.knative.dev', kinds: ['ContainerSource', 'SinkBinding'], maker: 'Knative Eventing' },
  {
    group: 'sparkoperator.k8s.io',
    kinds: ['ScheduledSparkApplication', 'SparkApplication'],
    maker: 'Spark operator',
  },
  {
    group: 'tekton.dev',
    kinds: ['ClusterTask', 'Pipeline', 'PipelineRun', 'StepAction', 'Task', 'TaskRun'],
    maker: 'Tekton',
  },
];

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The place of the pod in an object of a kind, or undefined where such objects have none. */
export function podPointer(apiVersion: string, kind: string): string | undefined {
  const group = groupOf(apiVersion);
  return WORKLOADS.find((row) => row.kind === kind && row.groups.includes(group))?.pod;
}

export function podMaker(apiVersion: string, kind: string): string | undefined {
  const group = groupOf(apiVersion);
  return POD_MAKERS.find((row) => row.group === group && row.kinds.includes(kind))?.maker;
}
