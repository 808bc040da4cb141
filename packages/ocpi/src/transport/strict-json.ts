/** Result of reading a body: the value, or one sentence that says where it stops being JSON. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly detail: string };

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * Strict JSON (RFC 8259) from bytes of another platform: UTF-8 checked, nesting bounded before anything is built, and member
 * names that could reach a prototype refused (X4, OWASP ASVS 15.3.6).
 */
export function readJson(body: Uint8Array | string, maxDepth: number): JsonReading {
  let text: string;
  try {
    text = typeof body === 'string' ? body : new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return { ok: false, detail: 'The body is not UTF-8; send JSON in UTF-8.' };
  }
  if (text.trim() === '') return { ok: false, detail: 'The body is empty; send the object as JSON.' };
  const deep = firstTooDeep(text, maxDepth);
  if (deep !== undefined) {
    return { ok: false, detail: `The body nests deeper than ${maxDepth} levels at ${place(text, deep)}.` };
  }
  try {
    return { ok: true, value: JSON.parse(text, refusePrototypeNames) };
  } catch (error) {
    if (error instanceof PrototypeName) {
      return { ok: false, detail: `The body has a member named ${error.message}; remove it.` };
    }
    return { ok: false, detail: `The body is not valid JSON: ${reason(error, text)}.` };
  }
}

class PrototypeName extends Error {}

function refusePrototypeNames(this: unknown, key: string, value: unknown): unknown {
  if (key === '__proto__') throw new PrototypeName('__proto__');
  return value;
}

/** Index of the bracket that opens one level too many; strings are skipped, everything else is the parser's business. */
function firstTooDeep(text: string, maxDepth: number): number | undefined {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === BACKSLASH) index += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return index;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return undefined;
}

/** The parser's own words without the excerpt of the body, with line and column in every case. */
function reason(error: unknown, text: string): string {
  const words = error instanceof Error ? error.message : 'unreadable';
  const what = words.replace(/( in JSON at position|, (?:\.\.\.)?").*$/s, '');
  return `${what} at ${place(text, errorIndex(words, text))}`;
}

/** V8 names no position for an unexpected token; it is the end of the shortest prefix that is more than unfinished. */
function errorIndex(words: string, text: string): number {
  const position = /position (\d+)/.exec(words)?.[1];
  if (position !== undefined) return Number(position);
  let unfinished = 0;
  let broken = text.length + 1;
  while (broken - unfinished > 1) {
    const middle = (unfinished + broken) >> 1;
    if (isBroken(text.slice(0, middle))) broken = middle;
    else unfinished = middle;
  }
  return Math.min(broken - 1, text.length);
}

function isBroken(prefix: string): boolean {
  try {
    JSON.parse(prefix);
    return false;
  } catch (error) {
    return error instanceof Error && error.message.startsWith('Unexpected token');
  }
}

function place(text: string, index: number): string {
  const before = text.slice(0, index);
  const line = before.split('\n').length;
  return `position ${index} (line ${line}, column ${index - before.lastIndexOf('\n')})`;
}
