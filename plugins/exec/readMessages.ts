/** A line of the program, and bytes that followed it. A frame may come in several pieces. */
export interface Message {
  readonly line: JsonObject;
  readonly bytes?: Uint8Array;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** In bytes: of a line without its end, and of the frame after it (PROTOCOL.md, "Messages"). */
export const [maxLine, maxFrame] = [1024 * 1024, 256 * 1024];

/** Reads what a program writes: linear, and never more than a line in memory. Throws `NotTheProtocol`. */
export async function* readMessages(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Message, void> {
  let [parts, length, frame] = [[] as Uint8Array[], 0, 0];
  let line: JsonObject = {};
  for await (const chunk of stream) {
    for (let at = 0; at < chunk.byteLength; ) {
      if (frame > 0) {
        const bytes = chunk.subarray(at, at + frame);
        frame -= bytes.byteLength;
        at += bytes.byteLength;
        yield { line, bytes };
        continue;
      }
      const end = chunk.indexOf(newline, at);
      const part = chunk.subarray(at, end < 0 ? chunk.byteLength : end);
      length += part.byteLength;
      if (length > maxLine) throw new NotTheProtocol(`a line of more than ${maxLine} bytes`);
      parts.push(part);
      at += part.byteLength + 1;
      if (end < 0) continue;
      line = parseLine(Buffer.concat(parts, length));
      [parts, length, frame] = [[], 0, frameOf(line)];
      if (frame === 0) yield { line };
    }
  }
  if (frame > 0 || length > 0) throw new NotTheProtocol('a message that is cut off');
}

const newline = 10;

/** What a program wrote cannot be understood. */
export class NotTheProtocol extends Error {}

function parseLine(bytes: Buffer): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    // Named below.
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new NotTheProtocol(`a line that is no JSON object: ${JSON.stringify(bytes.toString('utf8', 0, shown))}`);
}

/** In bytes, of a line in a message. */
const shown = 80;

/** Bytes that follow the line. */
function frameOf({ bytes }: JsonObject): number {
  if (bytes === undefined) return 0;
  if (Number.isInteger(bytes) && Number(bytes) > 0 && Number(bytes) <= maxFrame) return Number(bytes);
  throw new NotTheProtocol(`a frame of ${JSON.stringify(bytes).slice(0, shown)} bytes`);
}
