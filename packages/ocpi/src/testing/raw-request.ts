/** One request as a foreign implementation would send it, without this library's client. */
export interface RawRequest {
  readonly method?: string;
  /** Sent as `Token <base64>`. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The envelope. */
  readonly json: {
    readonly data?: unknown;
    readonly status_code: number;
    readonly status_message?: string;
    readonly timestamp: string;
  };
}

export async function ask(url: string, request: RawRequest = {}): Promise<RawAnswer> {
  const authorization =
    request.token === undefined
      ? {}
      : { Authorization: `Token ${Buffer.from(request.token).toString('base64')}` };
  const body =
    request.body === undefined
      ? {}
      : { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) };
  const response = await fetch(url, {
    method: request.method ?? 'GET',
    redirect: 'manual',
    headers: { ...authorization, ...request.headers },
    ...body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}
