import { describe, expect, test } from '@jest/globals';
import { logLines } from '../../../src/core/learning/log-lines.ts';

describe('logLines', () => {
  test.each([
    { name: 'CRI', log: '2024-03-01T10:00:00.123456789Z stdout F hello', want: ['hello'] },
    {
      name: 'CRI, split',
      log: '2024-03-01T10:00:00.1Z stdout P hel\n2024-03-01T10:00:00.2Z stdout F lo',
      want: ['hello'],
    },
    { name: 'kubectl --timestamps', log: '2024-03-01T10:00:00.123456789Z hello', want: ['hello'] },
    { name: 'kubectl --prefix', log: '[pod/web-0/app] hello', want: ['hello'] },
    { name: 'compose', log: 'web-1  | hello', want: ['hello'] },
    { name: 'foreman', log: '23:42:51 web.1    | hello', want: ['hello'] },
    { name: 'a box', log: '│ hello      │', want: ['hello'] },
    { name: 'colours', log: '\u001b[38;5;160mhello\u001b[0m', want: ['hello'] },
    { name: 'carriage returns', log: 'a\r\nb\rc', want: ['a', 'b', 'c'] },
    {
      name: 'the docker JSON driver',
      log: '{"log":"hello\\n","stream":"stderr"}',
      want: ['hello', '', 'stream: stderr'],
    },
    {
      name: 'JSON',
      log: '{"msg":"a","n":{"error":"b","code":-30},"list":["c"]}',
      want: ['a', 'error: b', 'code: -30', 'list: c'],
    },
    { name: 'JSON in JSON', log: '{"log":"{\\"msg\\":\\"a\\"}"}', want: ['a'] },
    { name: 'JSON behind a lead', log: 'E1 x {"error":"b"}', want: ['E1 x ', 'error: b'] },
    { name: 'JSON cut short', log: '{"error":"open \\"/x\\"\\nmain', want: ['{"error":"open "/x"', 'main'] },
    { name: 'line breaks in a field', log: 'err="a\\nb"', want: ['err="a', 'b"'] },
    { name: 'HTML', log: 'open &#39;/x&#39; &lt;b&gt;', want: ["open '/x' <b>"] },
    {
      name: 'a wrapped reason',
      log: 'open /x: Read-only\n   file system',
      want: ['open /x: Read-only file system'],
    },
    { name: 'a wrapped path', log: "open '/very/lo\nng': x", want: ["open '/very/long': x"] },
    {
      name: "the kubelet's notice",
      log: `unable to retrieve container logs for containerd://${'0'.repeat(64)}open /x`,
      want: ['', 'open /x'],
    },
  ])('reads $name', ({ log, want }) => {
    expect(logLines(log).map(({ text }) => text)).toEqual(want);
  });

  test('keeps the fields of one entry together', () => {
    expect(logLines('{"a":"1","b":"2"}\nc').map(({ entry }) => entry)).toEqual([0, 0, 1]);
  });
});
