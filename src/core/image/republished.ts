import type { Mirror } from './mirrors.ts';

/**
 * Images that their publishers push under more than one name: `[name, the name that the catalog knows, where both
 * are said]`. A name may end a repository or be a prefix of many.
 */
const REPUBLISHED: readonly (readonly [name: string, known: string, source: string])[] = [
  // One build, many registries.
  ['docker.io/amd64', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/arm32v6', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/arm32v7', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/arm64v8', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/i386', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/ppc64le', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/s390x', 'docker.io/library', 'https://github.com/docker-library/official-images'],
  ['docker.io/argoproj', 'quay.io/argoproj', 'https://github.com/argoproj/argo-workflows'],
  ['docker.io/calico', 'quay.io/calico', 'https://github.com/projectcalico/calico'],
  ['docker.io/cilium', 'quay.io/cilium', 'https://github.com/cilium/cilium'],
  ['docker.io/fluxcd', 'ghcr.io/fluxcd', 'https://github.com/fluxcd/flux2'],
  ['docker.io/jaegertracing', 'quay.io/jaegertracing', 'https://github.com/jaegertracing/jaeger'],
  ['cr.jaegertracing.io/jaegertracing', 'quay.io/jaegertracing', 'https://github.com/jaegertracing/jaeger'],
  ['docker.io/keycloak', 'quay.io/keycloak', 'https://github.com/keycloak/keycloak'],
  ['docker.io/prom', 'quay.io/prometheus', 'https://github.com/prometheus/prometheus#docker-images'],
  [
    'docker.io/prometheuscommunity',
    'quay.io/prometheuscommunity',
    'https://github.com/prometheus-community/postgres_exporter',
  ],
  ['docker.io/daprio', 'ghcr.io/dapr', 'https://github.com/dapr/dapr'],
  ['ghcr.io/linkerd', 'cr.l5d.io/linkerd', 'https://github.com/linkerd/linkerd2/issues/12642'],
  ['public.ecr.aws/hashicorp', 'docker.io/hashicorp', 'https://gallery.ecr.aws/hashicorp'],
  ['public.ecr.aws/datadog', 'gcr.io/datadoghq', 'https://github.com/DataDog/helm-charts'],
  ['docker.io/datadog', 'gcr.io/datadoghq', 'https://github.com/DataDog/helm-charts'],
  ['registry.datadoghq.com', 'gcr.io/datadoghq', 'https://github.com/DataDog/helm-charts'],

  // Bitnami: where its images were moved to, and its registry at Amazon.
  ['docker.io/bitnamilegacy', 'docker.io/bitnami', 'https://github.com/bitnami/containers/issues/83267'],
  ['docker.io/bitnamisecure', 'docker.io/bitnami', 'https://github.com/bitnami/containers/issues/83267'],
  ['public.ecr.aws/bitnami', 'docker.io/bitnami', 'https://gallery.ecr.aws/bitnami'],

  // One build pushed to four registries.
  ['docker.io/linuxserver', 'lscr.io/linuxserver', 'https://docs.linuxserver.io'],
  ['ghcr.io/linuxserver', 'lscr.io/linuxserver', 'https://docs.linuxserver.io'],
  ['quay.io/linuxserver.io', 'lscr.io/linuxserver', 'https://docs.linuxserver.io'],

  // What Rancher, k3s and RKE2 run, copied by https://github.com/rancher/image-mirror.
  [
    'docker.io/rancher/mirrored-coredns-coredns',
    'docker.io/coredns/coredns',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-library-busybox',
    'docker.io/library/busybox',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-library-nginx',
    'docker.io/library/nginx',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-library-traefik',
    'docker.io/library/traefik',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-metrics-server',
    'registry.k8s.io/metrics-server/metrics-server',
    'https://github.com/rancher/image-mirror',
  ],
  ['docker.io/rancher/mirrored-pause', 'registry.k8s.io/pause', 'https://github.com/rancher/image-mirror'],
  [
    'docker.io/rancher/mirrored-prometheus-node-exporter',
    'quay.io/prometheus/node-exporter',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-prometheus-prometheus',
    'quay.io/prometheus/prometheus',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-prometheus-alertmanager',
    'quay.io/prometheus/alertmanager',
    'https://github.com/rancher/image-mirror',
  ],
  [
    'docker.io/rancher/mirrored-grafana-grafana',
    'docker.io/grafana/grafana',
    'https://github.com/rancher/image-mirror',
  ],

  // Applications.
  ['docker.io/11notes/kms', 'ghcr.io/11notes/kms', 'https://github.com/11notes/docker-kms'],
  [
    'docker.io/benbusby/whoogle-search',
    'ghcr.io/benbusby/whoogle-search',
    'https://github.com/benbusby/whoogle-search',
  ],
  ['docker.io/copyparty/ac', 'ghcr.io/9001/copyparty-ac', 'https://github.com/9001/copyparty'],
  ['docker.io/copyparty/dj', 'ghcr.io/9001/copyparty-dj', 'https://github.com/9001/copyparty'],
  [
    'docker.io/crocodilestick/calibre-web-automated',
    'ghcr.io/crocodilestick/calibre-web-automated',
    'https://github.com/crocodilestick/Calibre-Web-Automated',
  ],
  [
    'docker.io/cyfershepard/jellystat',
    'ghcr.io/cyfershepard/jellystat',
    'https://github.com/CyferShepard/Jellystat',
  ],
  [
    'docker.io/flaresolverr/flaresolverr',
    'ghcr.io/flaresolverr/flaresolverr',
    'https://github.com/FlareSolverr/FlareSolverr',
  ],
  ['docker.io/glauth/glauth', 'ghcr.io/glauth/glauth', 'https://github.com/glauth/glauth'],
  ['docker.io/golift/notifiarr', 'ghcr.io/notifiarr/notifiarr', 'https://github.com/Notifiarr/notifiarr'],
  ['docker.io/goofball222/unifi', 'ghcr.io/goofball222/unifi', 'https://github.com/goofball222/unifi'],
  [
    'docker.io/grimmory/grimmory',
    'ghcr.io/grimmory-tools/grimmory',
    'https://github.com/grimmory-tools/grimmory',
  ],
  [
    'docker.io/gtstef/filebrowser',
    'ghcr.io/gtsteffaniak/filebrowser',
    'https://github.com/gtsteffaniak/filebrowser',
  ],
  ['docker.io/henrygd/beszel', 'ghcr.io/henrygd/beszel/beszel', 'https://github.com/henrygd/beszel'],
  ['docker.io/langfuse/langfuse', 'ghcr.io/langfuse/langfuse', 'https://github.com/langfuse/langfuse'],
  [
    'docker.io/langfuse/langfuse-worker',
    'ghcr.io/langfuse/langfuse-worker',
    'https://github.com/langfuse/langfuse',
  ],
  ['docker.io/localai/localai', 'quay.io/go-skynet/local-ai', 'https://github.com/mudler/LocalAI'],
  [
    'docker.io/mumblevoip/mumble-server',
    'ghcr.io/mumble-voip/mumble-server',
    'https://github.com/mumble-voip/mumble-docker',
  ],
  [
    'docker.io/netboxcommunity/netbox',
    'ghcr.io/netbox-community/netbox',
    'https://github.com/netbox-community/netbox-docker',
  ],
  [
    'docker.io/phalcode/gamevault-backend',
    'ghcr.io/phalcode/gamevault-backend',
    'https://github.com/Phalcode/gamevault-backend',
  ],
  [
    'docker.io/portainer/portainer-ce',
    'docker.io/portainer/portainer-ee',
    'https://github.com/portainer/k8s',
  ],
  [
    'docker.io/privatebin/fs',
    'docker.io/privatebin/nginx-fpm-alpine',
    'https://github.com/PrivateBin/docker-nginx-fpm-alpine',
  ],
  ['docker.io/qmcgaw/ddns-updater', 'ghcr.io/qdm12/ddns-updater', 'https://github.com/qdm12/ddns-updater'],
  ['docker.io/renovate/renovate', 'ghcr.io/renovatebot/renovate', 'https://github.com/renovatebot/renovate'],
  ['docker.io/requarks/wiki', 'ghcr.io/requarks/wiki', 'https://github.com/requarks/wiki'],
  ['docker.io/shlinkio/shlink', 'ghcr.io/shlinkio/shlink', 'https://github.com/shlinkio/shlink'],
  [
    'docker.io/sintan1729/chhoto-url',
    'ghcr.io/sintan1729/chhoto-url',
    'https://github.com/SinTan1729/chhoto-url',
  ],
  [
    'docker.io/stonith404/pingvin-share',
    'ghcr.io/stonith404/pingvin-share',
    'https://github.com/stonith404/pingvin-share',
  ],
  ['docker.io/supabase/gotrue', 'ghcr.io/supabase/gotrue', 'https://github.com/supabase/auth'],
  ['docker.io/supabase/storage-api', 'ghcr.io/supabase/storage-api', 'https://github.com/supabase/storage'],
  [
    'docker.io/vabene1111/recipes',
    'ghcr.io/tandoorrecipes/recipes',
    'https://github.com/TandoorRecipes/recipes',
  ],
  [
    'docker.io/zenika/alpine-chrome',
    'gcr.io/zenika-hub/alpine-chrome',
    'https://github.com/jlandure/alpine-chrome',
  ],
  ['docker.litellm.ai/berriai/litellm', 'ghcr.io/berriai/litellm', 'https://github.com/BerriAI/litellm'],
  [
    'docker.umami.is/umami-software/umami',
    'ghcr.io/umami-software/umami',
    'https://github.com/umami-software/umami',
  ],
  ['ghcr.io/9001/copyparty-iv', 'docker.io/copyparty/iv', 'https://github.com/9001/copyparty'],
  [
    'ghcr.io/continuwuity/continuwuity',
    'forgejo.ellis.link/continuwuation/continuwuity',
    'https://forgejo.ellis.link/continuwuation/continuwuity',
  ],
  ['ghcr.io/coturn/coturn', 'docker.io/coturn/coturn', 'https://github.com/coturn/coturn'],
  ['ghcr.io/element-hq/synapse', 'docker.io/matrixdotorg/synapse', 'https://github.com/element-hq/synapse'],
  ['ghcr.io/fosrl/newt', 'docker.io/fosrl/newt', 'https://github.com/fosrl/newt'],
  ['ghcr.io/matrix-org/synapse', 'docker.io/matrixdotorg/synapse', 'https://github.com/element-hq/synapse'],
  [
    'ghcr.io/mccutchen/go-httpbin',
    'docker.io/mccutchen/go-httpbin',
    'https://github.com/mccutchen/go-httpbin',
  ],
  ['ghcr.io/mrusse/soularr', 'docker.io/mrusse08/soularr', 'https://github.com/mrusse/soularr'],
  ['ghcr.io/mrusse08/soularr', 'docker.io/mrusse08/soularr', 'https://github.com/mrusse/soularr'],
  [
    'ghcr.io/nginxinc/nginx-unprivileged',
    'docker.io/nginxinc/nginx-unprivileged',
    'https://github.com/nginx/docker-nginx-unprivileged',
  ],
  ['ghcr.io/node-red/node-red', 'docker.io/nodered/node-red', 'https://github.com/node-red/node-red-docker'],
  [
    'ghcr.io/privatebin/nginx-fpm-alpine',
    'docker.io/privatebin/nginx-fpm-alpine',
    'https://github.com/PrivateBin/docker-nginx-fpm-alpine',
  ],
  [
    'ghcr.io/prometheus-pve/prometheus-pve-exporter',
    'docker.io/prompve/prometheus-pve-exporter',
    'https://github.com/prometheus-pve/prometheus-pve-exporter',
  ],
  [
    'ghcr.io/smp46/pingvin-share-x',
    'ghcr.io/stonith404/pingvin-share',
    'https://github.com/smp46/pingvin-share-x',
  ],
  [
    'ghcr.io/teslamate-org/teslamate',
    'docker.io/teslamate/teslamate',
    'https://github.com/teslamate-org/teslamate',
  ],
  ['ghcr.io/umputun/remark42', 'docker.io/umputun/remark42', 'https://github.com/umputun/remark42'],
  ['ghcr.io/valkey-io/valkey', 'docker.io/valkey/valkey', 'https://github.com/valkey-io/valkey-container'],
  ['ghcr.io/zxh326/kite', 'ghcr.io/kite-org/kite', 'https://github.com/kite-org/kite'],
  [
    'quay.io/manusa/kubernetes_mcp_server',
    'ghcr.io/containers/kubernetes-mcp-server',
    'https://github.com/containers/kubernetes-mcp-server',
  ],
  [
    'quay.io/netboxcommunity/netbox',
    'ghcr.io/netbox-community/netbox',
    'https://github.com/netbox-community/netbox-docker',
  ],
  ['docker.io/openbao/openbao', 'quay.io/openbao/openbao', 'https://github.com/openbao/openbao'],
  ['ghcr.io/openbao/openbao', 'quay.io/openbao/openbao', 'https://github.com/openbao/openbao'],
  [
    'docker.io/vectorim/element-web',
    'ghcr.io/element-hq/element-web',
    'https://github.com/element-hq/element-web',
  ],
  ['oci.element.io/element-web', 'ghcr.io/element-hq/element-web', 'https://github.com/element-hq/ess-helm'],
  [
    'oci.element.io/lk-jwt-service',
    'ghcr.io/element-hq/lk-jwt-service',
    'https://github.com/element-hq/ess-helm',
  ],
  [
    'docker.io/halfshot/matrix-hookshot',
    'ghcr.io/matrix-org/matrix-hookshot',
    'https://github.com/matrix-org/matrix-hookshot',
  ],
  [
    'reg.kyverno.io/kyverno/readiness-checker',
    'ghcr.io/kyverno/readiness-checker',
    'https://github.com/kyverno/kyverno',
  ],
  [
    'docker.io/perconalab/percona-server-mongodb-operator',
    'docker.io/percona/percona-server-mongodb-operator',
    'https://github.com/percona/percona-server-mongodb-operator',
  ],
  [
    'docker-registry3.mariadb.com/mariadb-operator/mariadb-operator',
    'ghcr.io/mariadb-operator/mariadb-operator',
    'https://github.com/mariadb-operator/mariadb-operator',
  ],
  [
    'ghcr.io/emberstack/kubernetes-reflector',
    'docker.io/emberstack/kubernetes-reflector',
    'https://github.com/emberstack/kubernetes-reflector',
  ],
  [
    'ghcr.io/shlinkio/shlink-web-client',
    'docker.io/shlinkio/shlink-web-client',
    'https://github.com/shlinkio/shlink-web-client',
  ],
  [
    'ghcr.io/mrlhansen/idrac_exporter',
    'docker.io/mrlhansen/idrac_exporter',
    'https://github.com/mrlhansen/idrac_exporter',
  ],
  ['ghcr.io/itzg/mc-monitor', 'docker.io/itzg/mc-monitor', 'https://github.com/itzg/mc-monitor'],
  ['ghcr.io/itzg/mc-router', 'docker.io/itzg/mc-router', 'https://github.com/itzg/mc-router'],
  [
    'ghcr.io/caarlos0/domain_exporter',
    'docker.io/caarlos0/domain_exporter',
    'https://github.com/caarlos0/domain_exporter',
  ],
  ['ghcr.io/nicolaka/netshoot', 'docker.io/nicolaka/netshoot', 'https://github.com/nicolaka/netshoot'],
  ['public.ecr.aws/aws-cli/aws-cli', 'docker.io/amazon/aws-cli', 'https://github.com/aws/aws-cli'],
  [
    'gcr.io/google.com/cloudsdktool/cloud-sdk',
    'docker.io/google/cloud-sdk',
    'https://github.com/GoogleCloudPlatform/cloud-sdk-docker',
  ],
  [
    'gcr.io/google.com/cloudsdktool/google-cloud-cli',
    'docker.io/google/cloud-sdk',
    'https://github.com/GoogleCloudPlatform/cloud-sdk-docker',
  ],
  ['quay.io/containers/skopeo', 'quay.io/skopeo/stable', 'https://github.com/containers/skopeo'],
  ['ghcr.io/restic/restic', 'docker.io/restic/restic', 'https://github.com/restic/restic'],
  ['ghcr.io/knadh/listmonk', 'docker.io/listmonk/listmonk', 'https://github.com/knadh/listmonk'],
  [
    'docker.io/aquasecurity/kube-bench',
    'docker.io/aquasec/kube-bench',
    'https://github.com/aquasecurity/kube-bench',
  ],
  [
    'docker.io/distribution/distribution',
    'ghcr.io/distribution/distribution',
    'https://github.com/distribution/distribution',
  ],
  [
    'docker.redpanda.com/redpandadata/kminion',
    'docker.io/redpandadata/kminion',
    'https://github.com/redpanda-data/kminion',
  ],
  [
    'docker.io/redpandadata/connect',
    'docker.redpanda.com/redpandadata/connect',
    'https://github.com/redpanda-data/connect',
  ],
  [
    'ghcr.io/nerdswords/yet-another-cloudwatch-exporter',
    'quay.io/prometheuscommunity/yet-another-cloudwatch-exporter',
    'https://github.com/prometheus-community/yet-another-cloudwatch-exporter',
  ],
  [
    'registry.opensource.zalan.do/acid/pgbouncer',
    'ghcr.io/zalando/postgres-operator/pgbouncer',
    'https://github.com/zalando/postgres-operator',
  ],
  [
    'docker.io/projectcontour/contour',
    'ghcr.io/projectcontour/contour',
    'https://github.com/projectcontour/contour',
  ],
  [
    'docker.io/library/consul',
    'docker.io/hashicorp/consul',
    'https://github.com/docker-library/official-images',
  ],
  ['ghcr.io/hashicorp/http-echo', 'docker.io/hashicorp/http-echo', 'https://github.com/hashicorp/http-echo'],
  ['ghcr.io/openzipkin/zipkin', 'docker.io/openzipkin/zipkin', 'https://github.com/openzipkin/zipkin'],
  [
    'docker.io/stefanprodan/podinfo',
    'ghcr.io/stefanprodan/podinfo',
    'https://github.com/stefanprodan/podinfo',
  ],
  [
    'gcr.io/google-samples/hello-app',
    'us-docker.pkg.dev/google-samples/containers/gke/hello-app',
    'https://github.com/GoogleCloudPlatform/kubernetes-engine-samples',
  ],
  [
    'ghcr.io/tensorchord/vchord-postgres',
    'docker.io/tensorchord/vchord-postgres',
    'https://github.com/tensorchord/VectorChord',
  ],
  [
    'ghcr.io/tensorchord/pgvecto-rs',
    'docker.io/tensorchord/pgvecto-rs',
    'https://github.com/tensorchord/pgvecto.rs',
  ],
  ['docker.io/beryju/authentik', 'ghcr.io/goauthentik/server', 'https://github.com/goauthentik/authentik'],
];

export const REPUBLISHED_IMAGES: readonly Mirror[] = REPUBLISHED.map(([prefix, target]) => ({
  prefix,
  target,
}));
