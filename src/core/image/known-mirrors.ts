import type { Mirror } from './mirrors.ts';

/** The same images under another name: `[prefix, target]`, with where that is said. */
const KNOWN: readonly (readonly [prefix: string, target: string])[] = [
  // The registry behind docker.io: https://github.com/distribution/reference/blob/v0.6.0/normalize.go
  ['registry-1.docker.io', 'docker.io'],
  // https://cloud.google.com/artifact-registry/docs/pull-cached-dockerhub-images
  ['mirror.gcr.io', 'docker.io'],
  // The Docker Official Images, published there by Docker: https://gallery.ecr.aws/docker
  ['public.ecr.aws/docker/library', 'docker.io/library'],
  // The same registry by its other endpoint: https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html
  ['ecr-public.aws.com', 'public.ecr.aws'],
  ['ecr-public.aws.com/docker/library', 'docker.io/library'],

  // https://kubernetes.io/blog/2023/03/10/image-registry-redirect/
  ['k8s.gcr.io', 'registry.k8s.io'],
  // What k8s.gcr.io was an alias of: https://github.com/kubernetes/kubernetes/pull/54174
  ['gcr.io/google-containers', 'registry.k8s.io'],
  ['gcr.io/google_containers', 'registry.k8s.io'],
  // … and became an alias of: https://github.com/kubernetes/kubeadm/issues/2051; its regions:
  // https://github.com/kubernetes/k8s.io/tree/main/registry.k8s.io/manifests
  ['gcr.io/k8s-artifacts-prod', 'registry.k8s.io'],
  ['us.gcr.io/k8s-artifacts-prod', 'registry.k8s.io'],
  ['eu.gcr.io/k8s-artifacts-prod', 'registry.k8s.io'],
  ['asia.gcr.io/k8s-artifacts-prod', 'registry.k8s.io'],
  // https://minikube.sigs.k8s.io/docs/ (Setting up minikube in China, --image-repository)
  ['registry.cn-hangzhou.aliyuncs.com/google_containers', 'registry.k8s.io'],
  // https://kubernetes.io/docs/reference/setup-tools/kubeadm/kubeadm-init/ (--image-repository)
  ['registry.aliyuncs.com/google_containers', 'registry.k8s.io'],
  // Where images wait for promotion: https://github.com/kubernetes/k8s.io/tree/main/registry.k8s.io
  ['us-central1-docker.pkg.dev/k8s-staging-images', 'registry.k8s.io'],

  // https://github.com/DaoCloud/public-image-mirror
  ['docker.m.daocloud.io', 'docker.io'],
  ['elastic.m.daocloud.io', 'docker.elastic.co'],
  ['gcr.m.daocloud.io', 'gcr.io'],
  ['ghcr.m.daocloud.io', 'ghcr.io'],
  ['k8s-gcr.m.daocloud.io', 'registry.k8s.io'],
  ['k8s.m.daocloud.io', 'registry.k8s.io'],
  ['l5d.m.daocloud.io', 'cr.l5d.io'],
  ['mcr.m.daocloud.io', 'mcr.microsoft.com'],
  ['nvcr.m.daocloud.io', 'nvcr.io'],
  ['quay.m.daocloud.io', 'quay.io'],
  ['m.daocloud.io/cr.l5d.io', 'cr.l5d.io'],
  ['m.daocloud.io/docker.elastic.co', 'docker.elastic.co'],
  ['m.daocloud.io/docker.io', 'docker.io'],
  ['m.daocloud.io/gcr.io', 'gcr.io'],
  ['m.daocloud.io/ghcr.io', 'ghcr.io'],
  ['m.daocloud.io/k8s.gcr.io', 'registry.k8s.io'],
  ['m.daocloud.io/mcr.microsoft.com', 'mcr.microsoft.com'],
  ['m.daocloud.io/nvcr.io', 'nvcr.io'],
  ['m.daocloud.io/quay.io', 'quay.io'],
  ['m.daocloud.io/registry.k8s.io', 'registry.k8s.io'],
];

export const KNOWN_MIRRORS: readonly Mirror[] = KNOWN.map(([prefix, target]) => ({ prefix, target }));
