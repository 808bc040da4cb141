/** Messages of OSCP are five deep; what is much deeper is meant to overflow whoever reads it. */
export const MOST_NESTED = 32;

/** How deep objects and lists of a JSON text lie in each other, in one pass: a parsed text would have to be walked. */
export function nestingOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < json.length; at += 1) {
    const sign = json[at];
    if (sign === '"') isText = !isText;
    else if (isText) {
      if (sign === '\\') at += 1;
    } else if (sign === '[' || sign === '{') {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (sign === ']' || sign === '}') depth -= 1;
  }
  return deepest;
}
