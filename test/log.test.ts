import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { describeError, type LogFields, type LogLevel, openLog } from '../src/log.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

function open({ level = 'info', format = 'json' }: { level?: LogLevel; format?: 'json' | 'text' } = {}) {
  const writes: string[] = [];
  const opened = openLog({ level, format, write: (lines) => writes.push(lines), now: () => NOON });
  return { ...opened, writes };
}

function lineOf(format: 'json' | 'text', message: string, fields?: LogFields): string {
  const { log, flush, writes } = open({ format });
  log.info(message, fields);
  flush();
  return writes.join('');
}

describe('a line of JSON', () => {
  test('has time, level, message, and fields', () => {
    const line = lineOf('json', 'hardened', {
      namespace: 'shop',
      paths: 3,
      lists: ['a', 'b'],
      none: undefined,
    });
    expect(line.endsWith('\n')).toBe(true);
    expect(JSON.parse(line)).toEqual({
      time: '2026-11-23T12:00:00.000Z',
      level: 'info',
      msg: 'hardened',
      namespace: 'shop',
      paths: 3,
      lists: ['a', 'b'],
    });
  });

  test('is one line, whatever is in it', () => {
    const line = lineOf('json', 'x', { pod: 'a\n{"level":"error"}\r\u2028' });
    expect(line.split('\n')).toHaveLength(2);
    expect(JSON.parse(line)).toMatchObject({ pod: 'a\n{"level":"error"}\r\u2028' });
  });

  test('keeps a field called message apart from its message', () => {
    expect(JSON.parse(lineOf('json', 'x', { message: 'y' }))).toMatchObject({ msg: 'x', message: 'y' });
  });

  test('has errors with their causes', () => {
    const error = new Error('listing', { cause: new Error('connect', { cause: 'refused' }) });
    expect(JSON.parse(lineOf('json', 'x', { error }))).toMatchObject({ error: 'listing: connect: refused' });
  });
});

describe('a line of text', () => {
  test('has the time of day, the level, the message, and fields', () => {
    expect(
      lineOf('text', 'hardened', { namespace: 'shop', paths: ['/tmp', '/run'], note: 'two words' }),
    ).toBe('12:00:00.000 info  hardened namespace=shop paths=/tmp,/run note="two words"\n');
  });

  test.each([
    { what: 'colours', text: 'a\u001b[31m' },
    { what: 'line ends', text: 'a\nb\r' },
    { what: 'a change of direction', text: 'a\u202eb' },
    { what: 'bells', text: '\u0007' },
  ])('never sends $what to the terminal', ({ text }) => {
    const line = lineOf('text', 'x', { pod: text });
    expect(line.slice(0, -1)).not.toMatch(/\p{C}/u);
  });
});

describe('the log', () => {
  const ALL: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];
  test.each(ALL.map((level, index) => ({ level, written: ALL.slice(0, index + 1) })))(
    'at $level writes $written',
    ({ level, written }) => {
      const { log, flush, writes } = open({ level });
      for (const each of ALL) log[each]('x');
      flush();
      const levels = writes
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).level);
      expect(levels).toEqual(written);
    },
  );

  test('writes lines together, in their order', () => {
    const { log, flush, writes } = open();
    for (let line = 0; line < 100; line++) log.info('x', { line });
    expect(writes).toEqual([]);
    flush();
    expect(writes).toHaveLength(1);
    const lines = writes.join('').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).line)).toEqual(
      Array.from({ length: 100 }, (_, line) => line),
    );
  });

  test('writes by itself after a moment, and when there are many', async () => {
    const { log, writes } = open();
    log.info('x');
    while (writes.length === 0) await sleep(10);
    for (let line = 0; line < 300; line++) log.info('x');
    expect(writes).toHaveLength(2);
  });

  test('writes an error at once, and what came before it', () => {
    const { log, writes } = open();
    log.info('before');
    log.error('now');
    expect(
      writes
        .join('')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).msg),
    ).toEqual(['before', 'now']);
  });

  test('writes nothing where there is nothing', () => {
    const { flush, writes } = open();
    flush();
    flush();
    expect(writes).toEqual([]);
  });
});

test.each([
  { error: new Error('a'), text: 'a' },
  { error: new Error('a', { cause: new Error('b') }), text: 'a: b' },
  { error: 'a', text: 'a' },
  { error: undefined, text: 'undefined' },
])('describeError tells $text', ({ error, text }) => {
  expect(describeError(error)).toBe(text);
});
