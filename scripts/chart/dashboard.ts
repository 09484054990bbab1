import type { JsonObject } from '../../src/core/json.ts';
import { type Alarm, type Panel, ROWS, type Row } from './dashboard-panels.ts';

/** The dashboard as Grafana reads it (dashboard JSON model, schema 39: Grafana 11 and later). */
export function dashboard(): JsonObject {
  return {
    uid: 'rootlock',
    title: 'Rootlock',
    description: 'Read-only root filesystems: what is hardened, what fails, and how Rootlock itself does.',
    tags: ['rootlock', 'kubernetes', 'security'],
    schemaVersion: 39,
    editable: true,
    refresh: '1m',
    time: { from: 'now-6h', to: 'now' },
    templating: { list: [SOURCE, NAMESPACE] },
    panels: panelsOf(ROWS),
  };
}

/** The Prometheus that is asked; whoever has several chooses. */
const SOURCE = { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' };
const ASKED = { type: 'prometheus', uid: `\${${SOURCE.name}}` };

const NAMESPACE = {
  name: 'namespace',
  label: 'Namespace',
  type: 'query',
  datasource: ASKED,
  query: { query: 'label_values(rootlock_pods, namespace)', refId: 'namespaces' },
  refresh: 2,
  sort: 1,
  multi: true,
  includeAll: true,
  allValue: '.*',
  current: { text: ['All'], value: ['$__all'] },
};

/** Grafana's grid is 24 wide. */
const WIDTH = 24;
const SIZES = { stat: { w: 4, h: 4 }, lines: { w: 12, h: 8 } } as const;

function panelsOf(rows: readonly Row[]): JsonObject[] {
  let y = 0;
  return rows
    .flatMap(({ title, panels }) => {
      const head = { type: 'row', title, gridPos: { x: 0, y, w: WIDTH, h: 1 }, collapsed: false, panels: [] };
      const placed = place(panels, y + 1);
      y = placed.below;
      return [head, ...placed.panels];
    })
    .map((panel, index) => ({ id: index + 1, ...panel }));
}

/** Side by side as they come; one that does not fit beside the others, or is of another height, begins a line. */
function place(panels: readonly Panel[], top: number): { panels: JsonObject[]; below: number } {
  let [x, y, height] = [0, top, 0];
  const placed = panels.map((panel) => {
    const { w, h } = SIZES[panel.kind];
    if (x > 0 && (x + w > WIDTH || h !== height)) [x, y] = [0, y + height];
    height = h;
    const gridPos = { x, y, w, h };
    x += w;
    return { gridPos, ...panelJson(panel) };
  });
  return { panels: placed, below: y + height };
}

/** From which value on a number has which colour. */
const STEPS = {
  never: [{ color: 'green', value: null }],
  'above-zero': [
    { color: 'green', value: null },
    { color: 'red', value: 1 },
  ],
  'unless-one': [
    { color: 'red', value: null },
    { color: 'green', value: 1 },
    { color: 'red', value: 2 },
  ],
} as const satisfies Record<Alarm | 'never', readonly JsonObject[]>;

function panelJson({ title, about, kind, unit, queries, alarm }: Panel): JsonObject {
  const steps = STEPS[alarm ?? 'never'];
  return {
    type: kind === 'stat' ? 'stat' : 'timeseries',
    title,
    description: about,
    datasource: ASKED,
    fieldConfig: { defaults: { unit, min: 0, thresholds: { mode: 'absolute', steps } }, overrides: [] },
    ...(kind === 'lines' && {
      options: {
        legend: { displayMode: 'list', placement: 'bottom' },
        tooltip: { mode: 'multi', sort: 'desc' },
      },
    }),
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource: ASKED,
      expr,
      legendFormat: legend,
    })),
  };
}
