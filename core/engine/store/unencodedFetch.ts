import { KitwrightError } from '../errors/KitwrightError.ts';

/**
 * `send`, with bodies as servers hold them: `fetch` itself decodes whatever encodings a server names, also several on top
 * of each other, and a few bytes become gigabytes. Asks for `identity` (RFC 9110, 12.5.3) unless the caller named
 * encodings. Throws `remote-malformed` for a body in another one; of a status that says no success the body is left out.
 */
export function unencodedFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const wanted = headers.get('accept-encoding') ?? 'identity';
    // Beside a range `fetch` adds it by itself (Fetch standard, HTTP-network-or-cache fetch).
    if (!headers.has('range')) headers.set('accept-encoding', wanted);
    const response = await send(input, { ...init, headers });
    const encoding = response.headers.get('content-encoding')?.trim().toLowerCase();
    if (!response.body || !encoding || encoding === 'identity' || namesOf(wanted).includes(encoding)) return response;
    await response.body.cancel();
    if (response.ok) throw encoded(new URL(input instanceof Request ? input.url : input), encoding);
    return new Response(null, response);
  };
}

/** Encodings, without their weights. Two on top of each other (`gzip, gzip`) are never among them. */
function namesOf(header: string): readonly string[] {
  return header.split(',').map((one) => one.replace(/;.*/s, '').trim().toLowerCase());
}

function encoded({ host }: URL, encoding: string): KitwrightError {
  const shown = JSON.stringify(encoding.slice(0, 100));
  return new KitwrightError('remote-malformed', `${host} answered with an encoding that was not requested: ${shown}.`, {
    data: { host },
    hint: 'The server, or a proxy before it, must send files as they are: without Content-Encoding when it is asked so.',
  });
}
