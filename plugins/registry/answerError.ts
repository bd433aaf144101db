import { KitwrightError } from '@kitwright/core/plugin';
import type { HttpAnswer } from './HttpAnswer.ts';
import type { HttpRequest } from './HttpRequest.ts';
import { shownRequest } from './networkError.ts';
import { readBody } from './readBody.ts';

const maxError = 16 * 1024;

/** The error for a registry's refusal: its message, the request, and a hint. Consumes the body. */
export async function answerError(request: HttpRequest, answer: HttpAnswer, what: string): Promise<KitwrightError> {
  const text = await readBody(answer, request, maxError).then(String, () => '');
  const said = messageIn(text);
  const words = said ? [said.code, said.message].filter(Boolean).join(': ') : `status ${answer.status}`;
  return new KitwrightError(codeOf(answer.status), `${request.url.host} refused to ${what}: ${words}.`, {
    data: { status: answer.status, request: shownRequest(request), ...(said ? { remoteCode: said.code } : {}) },
    ...(answer.status === 401 ? { hint: `Log in with "kitwright login ${request.url.host}".` } : {}),
    ...(answer.status === 403 ? { hint: 'The account has no right to do this there.' } : {}),
    ...(answer.status === 413 ? { hint: 'A proxy or the registry limits the size of a request.' } : {}),
  });
}

interface RegistryMessage {
  readonly code: string;
  readonly message: string;
}

const maxMessage = 300;

/** The first error of a body in the registry's form (distribution-spec, "Error Codes"). */
function messageIn(text: string): RegistryMessage | undefined {
  try {
    const { errors } = JSON.parse(text) as {
      readonly errors?: readonly { readonly code?: unknown; readonly message?: unknown }[];
    };
    const [first] = Array.isArray(errors) ? errors : [];
    if (!first) return undefined;
    return { code: String(first.code ?? ''), message: String(first.message ?? '').slice(0, maxMessage) };
  } catch {
    return undefined;
  }
}

function codeOf(status: number) {
  return status === 401 || status === 403 ? 'unauthorized' : 'remote-refused';
}
