/** Appends path segments (encoded here) to an endpoint with exactly one slash between, whatever the endpoint ends with. */
export function endpointUrl(
  endpoint: string,
  segments: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const url = new URL(endpoint);
  const path = segments.map((segment) => encodeURIComponent(segment)).join('/');
  if (path !== '') url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path}`;
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, value);
  }
  return url.href;
}
