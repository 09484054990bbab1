/** What the API server counts of its calls to one webhook: all, and those within 5 ms, its finest bucket. */
export type AdmissionCounts = { readonly all: number; readonly within5ms: number };

const METRIC = 'apiserver_admission_webhook_admission_duration_seconds';

/** Reads the text that the API server answers on /metrics. */
export function admissionCounts(metrics: string, webhook: string): AdmissionCounts {
  const sum = (suffix: string, label: string) =>
    metrics
      .split('\n')
      .filter(
        (line) =>
          line.startsWith(`${METRIC}_${suffix}{`) &&
          line.includes(`name="${webhook}"`) &&
          line.includes(label),
      )
      .reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  return { all: sum('count', ''), within5ms: sum('bucket', 'le="0.005"') };
}
