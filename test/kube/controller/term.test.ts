import { describe, expect, test } from '@jest/globals';
import type { Api, ApiRequest } from '../../../src/kube/api.ts';
import { fence } from '../../../src/kube/controller/fence.ts';
import { NotLeading, openTerm } from '../../../src/kube/controller/term.ts';

/** A term of ten seconds, on clocks that only the test moves. */
function term() {
  let [monotonic, wall] = [0, 0];
  const instant = () => ({ monotonic, wall });
  const open = openTerm({ instant, acquired: instant(), renewDeadlineMs: 10_000 });
  return {
    open,
    instant,
    pass: (ms: number, suspended = 0) => {
      monotonic += ms;
      wall += ms + suspended;
    },
  };
}

describe('a term', () => {
  test('ends ten seconds after its last renewal was begun', () => {
    const { open, pass, instant } = term();
    pass(9_000);
    open.renewed(instant());
    pass(9_999);
    expect(() => open.term.check()).not.toThrow();
    pass(1);
    expect(() => open.term.check()).toThrow(NotLeading);
    expect(open.term.over.aborted).toBe(true);
    open.cut('the test is over');
  });

  test('ends in a machine that was suspended, whose monotonic clock stood still', () => {
    const { open, pass } = term();
    pass(0, 10_000);
    expect(() => open.term.check()).toThrow(NotLeading);
  });

  test('that is being ended begins nothing more, and finishes what is under way', () => {
    const { open } = term();
    open.end('it is being stopped');
    expect(() => open.term.check()).toThrow('it is being stopped');
    expect(open.term.over.aborted).toBe(false);
    open.cut('it is being stopped');
    expect(open.term.over.aborted).toBe(true);
  });
});

describe('a fence', () => {
  test('refuses a request when its first byte would be sent after the end of the term', async () => {
    const { open, pass } = term();
    const asked: ApiRequest[] = [];
    const json = async (request: ApiRequest) => {
      asked.push(request);
      // The process is stopped while the connection is made.
      pass(10_000);
      request.beforeSending?.();
      return 'sent';
    };
    const fenced = fence({ json } as Pick<Api, 'json'> as Api, open.term);
    await expect(fenced.json({ method: 'POST', path: '/x' })).rejects.toThrow(NotLeading);
    expect(asked).toHaveLength(1);
    await expect(fenced.json({ method: 'POST', path: '/x' })).rejects.toThrow(NotLeading);
    expect(asked).toHaveLength(1);
  });

  test('aborts what is under way when the term is over', async () => {
    const { open } = term();
    const json = ({ signal }: ApiRequest) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const under = fence({ json } as Pick<Api, 'json'> as Api, open.term).json({ path: '/x' });
    open.cut('somebody else took its lease');
    await expect(under).rejects.toThrow('somebody else took its lease');
  });
});
