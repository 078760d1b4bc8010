/** One event of a `text/event-stream`; `message` where the stream gives it no name. */
export interface StreamEvent {
  readonly name: string;
  readonly data: string;
}

/** Takes the stream's text in pieces of any size, and tells each whole event. */
export function createEventParser(onEvent: (event: StreamEvent) => void): (piece: string) => void {
  let rest = '';
  let name = 'message';
  let data: string[] = [];
  const whole = () => {
    if (data.length > 0 || name !== 'message') onEvent({ name, data: data.join('\n') });
    name = 'message';
    data = [];
  };
  const line = (text: string) => {
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(text) ?? [];
    if (field === 'event') name = value;
    if (field === 'data') data.push(value);
  };
  return (piece) => {
    // A `\r` at the end may be the first half of a line's end.
    const text = rest + piece;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const one of lines) {
      if (one === '') whole();
      else line(one);
    }
  };
}
