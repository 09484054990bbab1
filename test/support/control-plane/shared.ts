import { Agent } from 'node:https';
import { type Connection, type ConnectionFacts, connect } from './connection.ts';

/** Names the variable by which the one control plane of a jest run reaches jest's workers. */
const variable = 'ROOTLOCK_TEST_CONTROL_PLANE';

/** The control plane that all test files of this run share. It cannot be stopped: start your own for that. */
export function controlPlane(): Connection {
  const facts = process.env[variable];
  if (facts === undefined) {
    throw new Error(
      'no shared control plane: it runs for the tests of the jest project "control-plane" only',
    );
  }
  return connect(JSON.parse(facts), agent);
}

/** A handshake costs as much as some requests. The API server keeps idle connections for longer than that, and is never restarted. */
const agent = new Agent({ keepAlive: true, timeout: 10_000 });

/** A namespace of its own in the shared control plane, in which pods can be created. */
export function freshNamespace(labels?: Readonly<Record<string, string>>): Promise<string> {
  return controlPlane().freshNamespace(labels);
}

/** For what starts the control plane: processes forked from now on see it. */
export function share(facts: ConnectionFacts): void {
  process.env[variable] = JSON.stringify(facts);
}
