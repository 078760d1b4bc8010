import { expect, test } from 'vitest';
import type { StreamEvent } from './event-stream.ts';
import { createEventParser } from './event-stream.ts';

const STREAM =
  'event: connected\ndata: {}\n\n: a comment\n' +
  'data: {"a":1}\nid: 3\n\nevent: ping\n\ndata: x\ndata:y\n\nevent: return\ndata: \n\n';
const EVENTS: StreamEvent[] = [
  { name: 'connected', data: '{}' },
  { name: 'message', data: '{"a":1}' },
  { name: 'ping', data: '' },
  { name: 'message', data: 'x\ny' },
  { name: 'return', data: '' },
];

function parsed(pieces: readonly string[]): StreamEvent[] {
  const events: StreamEvent[] = [];
  const parse = createEventParser((event) => events.push(event));
  for (const piece of pieces) parse(piece);
  return events;
}

test('a stream is the same in whatever pieces it arrives', () => {
  expect(parsed([STREAM])).toEqual(EVENTS);
  expect(parsed([...STREAM])).toEqual(EVENTS);
  expect(parsed([...STREAM.replaceAll('\n', '\r\n')])).toEqual(EVENTS);
});

test('half an event is none yet', () => {
  expect(parsed(['data: {"a"', ':1}\n'])).toEqual([]);
});
