/** One event of a server-sent stream, with its data as JSON where it is some. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

export interface EventStream {
  readonly status: number;
  /** The next event that is neither `connected` nor `ping`; null at the end of the stream. */
  next(): Promise<StreamEvent | null>;
  close(): void;
}

/** Opens a subscription as bare HTTP, so that a test sees exactly what the server sends. */
export async function openStream(url: string, token: string): Promise<EventStream> {
  const gone = new AbortController();
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
    signal: gone.signal,
  });
  const events = eventsOf(answer.body ?? new ReadableStream());
  return {
    status: answer.status,
    async next() {
      for (;;) {
        const { value, done } = await events.next();
        if (done) return null;
        if (value.event !== 'connected' && value.event !== 'ping') return value;
      }
    },
    close: () => gone.abort(),
  };
}

async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent, void> {
  let text = '';
  for await (const slice of body.pipeThrough(new TextDecoderStream())) {
    text += slice;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) yield parseBlock(block);
  }
}

function parseBlock(block: string): StreamEvent {
  const fields = new Map(block.split('\n').map((line) => [line.split(':', 1)[0] ?? '', line]));
  const read = (name: string) =>
    fields
      .get(name)
      ?.slice(name.length + 1)
      .trim() ?? '';
  const data = read('data');
  return { event: read('event') || 'message', data: data === '' ? null : (JSON.parse(data) as unknown) };
}
