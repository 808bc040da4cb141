/** Path of the public address of this server, '' at the root of a host; the server writes it into the page. */
export function publicPath(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="smac-base"]')?.content ?? '';
}
