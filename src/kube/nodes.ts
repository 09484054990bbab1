import { NO_NODE_FACTS, type NodeFacts, type NodeInfo, nodeFactsOf } from '../core/admission/node-facts.ts';
import { isArray, isObject, textOf } from '../core/json.ts';
import type { Log } from '../log.ts';
import type { Api } from './api.ts';
import { createBackoff } from './backoff.ts';
import type { Clock } from './reflector.ts';

/** What is known of the nodes, read anew now and then; the last answer counts until there is another. */
export type Nodes = {
  readonly facts: () => NodeFacts;
  /** Counts the changes of the facts. */
  readonly revision: () => number;
  /** Whether they were asked for once, be it in vain. */
  readonly asked: () => boolean;
  /** Told whenever another fact holds. What it returns ends that. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly run: (stop: AbortSignal) => Promise<void>;
};

export type NodesOptions = { readonly api: Api; readonly clock: Clock; readonly log: Log };

/** Nodes change seldom, and are large objects: a page is some 500 KB. */
const EVERY_MS = 10 * 60_000;
const PAGE = 50;
const BACKOFF_MS = { first: 5_000, max: EVERY_MS };

export function createNodes({ api, clock, log }: NodesOptions): Nodes {
  let facts = NO_NODE_FACTS;
  let revision = 0;
  let asked = false;
  const listeners = new Set<() => void>();
  const backoff = createBackoff({ ...BACKOFF_MS, random: clock.random });
  const look = async (stop: AbortSignal): Promise<number> => {
    try {
      const nodes = await listNodes(api, stop);
      const version = await api.json({ path: '/version', signal: stop });
      const before = facts;
      facts = nodeFactsOf(nodes, (isObject(version) && textOf(version.gitVersion)) || '');
      if (JSON.stringify(facts) !== JSON.stringify(before)) {
        revision++;
        for (const tell of listeners) tell();
      }
      log.debug('nodes', { nodes: nodes.length, ...facts });
      backoff.reset();
      return EVERY_MS * (1 + clock.random() / 2);
    } catch (error) {
      const tryAgainInMs = backoff.next();
      if (!stop.aborted) {
        log.warn('reading the nodes failed', {
          error: error instanceof Error ? error : String(error),
          tryAgainInMs: Math.round(tryAgainInMs),
        });
      }
      return tryAgainInMs;
    } finally {
      asked = true;
    }
  };
  return {
    facts: () => facts,
    revision: () => revision,
    asked: () => asked,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async run(stop) {
      while (!stop.aborted) await clock.sleep(await look(stop), stop);
    },
  };
}

async function listNodes(api: Api, stop: AbortSignal): Promise<readonly NodeInfo[]> {
  const nodes: NodeInfo[] = [];
  let next: string | undefined;
  do {
    const page = await api.json({
      path: '/api/v1/nodes',
      query: { limit: PAGE, continue: next },
      signal: stop,
    });
    if (!isObject(page) || !isArray(page.items)) throw new Error('GET /api/v1/nodes: the answer is no list');
    nodes.push(...page.items.map(infoOf));
    next = (isObject(page.metadata) && textOf(page.metadata.continue)) || undefined;
  } while (next !== undefined);
  return nodes;
}

function infoOf(node: unknown): NodeInfo {
  const status = isObject(node) && isObject(node.status) ? node.status : {};
  const info = isObject(status.nodeInfo) ? status.nodeInfo : {};
  return {
    operatingSystem: textOf(info.operatingSystem) ?? '',
    containerRuntimeVersion: textOf(info.containerRuntimeVersion) ?? '',
    kubeletVersion: textOf(info.kubeletVersion) ?? '',
  };
}
