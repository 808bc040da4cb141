/** Message types of OCPP-J; 5 and 6 exist since 2.1 (part 4 section 4.2). */
export const CALL = 2;
export const CALLRESULT = 3;
export const CALLERROR = 4;
export const CALLRESULTERROR = 5;
export const SEND = 6;

/** The id of an error about a message whose id could not be read (2.x part 4, CALLERROR). */
export const UNREADABLE_ID = '-1';

/** Longest id in the specifications. */
export const ID_CHARACTERS = 36;
/** Longest id that is put up with. */
const MOST_ID_CHARACTERS = 128;
/** Deepest nesting: the deepest message of 2.1 has 12 levels, customData may add its own. */
const MOST_LEVELS = 64;

/** No action and no error code is longer; of a longer one only the beginning is kept. */
const NAME_CHARACTERS = 64;
const DESCRIPTION_CHARACTERS = 1_000;

/** A frame as read: one of the message types, or why it is none. */
export type Frame =
  | {
      readonly type: 'CALL' | 'SEND';
      readonly id: string;
      readonly action: string;
      readonly payload: unknown;
    }
  | { readonly type: 'CALLRESULT'; readonly id: string; readonly payload: unknown }
  | {
      readonly type: 'CALLERROR' | 'CALLRESULTERROR';
      readonly id: string;
      readonly code: string;
      readonly description: string;
      readonly details: Readonly<Record<string, unknown>>;
    }
  | {
      readonly type: 'unreadable';
      /** The id when that much could be read. */
      readonly id: string | null;
      /** It was an answer, or may have been one: it must not be answered. */
      readonly answer: boolean;
      /** The message type is not one of this version. */
      readonly unknownType: boolean;
      readonly what: string;
    };

/** Reads one frame. Never throws, whatever the text. */
export function readFrame(text: string): Frame {
  if (tooDeep(text)) return unreadable(null, `nested deeper than ${MOST_LEVELS} levels`);
  let message: unknown;
  try {
    message = mayHideKeys(text) ? JSON.parse(text, withoutPrototypeKeys) : JSON.parse(text);
  } catch {
    return unreadable(null, 'not JSON');
  }
  if (!Array.isArray(message)) return unreadable(null, 'not a JSON array');
  return frameOf(message);
}

function frameOf(message: readonly unknown[]): Frame {
  const [type, id] = message;
  if (typeof id !== 'string' || id === '' || id.length > MOST_ID_CHARACTERS) {
    return unreadable(
      null,
      'the message id must be a string of 1 to 36 characters',
      type === CALLRESULT || type === CALLERROR || type === CALLRESULTERROR || type === SEND,
    );
  }
  switch (type) {
    case CALL:
    case SEND: {
      const [, , action, payload] = message;
      if (message.length !== 4)
        return unreadable(id, `${message.length} elements instead of 4`, type === SEND);
      if (typeof action !== 'string') return unreadable(id, 'the action must be a string', type === SEND);
      return { type: type === CALL ? 'CALL' : 'SEND', id, action: action.slice(0, NAME_CHARACTERS), payload };
    }
    case CALLRESULT:
      if (message.length !== 3) return unreadable(id, `${message.length} elements instead of 3`, true);
      return { type: 'CALLRESULT', id, payload: message[2] };
    case CALLERROR:
    case CALLRESULTERROR: {
      const [, , code, description, details] = message;
      if (typeof code !== 'string' || message.length > 5) {
        return unreadable(id, 'an error needs a code, a description and details', true);
      }
      return {
        type: type === CALLERROR ? 'CALLERROR' : 'CALLRESULTERROR',
        id,
        code: code.slice(0, NAME_CHARACTERS),
        description: typeof description === 'string' ? description.slice(0, DESCRIPTION_CHARACTERS) : '',
        details: isRecord(details) ? details : {},
      };
    }
    default:
      return { type: 'unreadable', id, answer: false, unknownType: true, what: 'unknown message type' };
  }
}

function unreadable(id: string | null, what: string, answer = false): Frame {
  return { type: 'unreadable', id, answer, unknownType: false, what };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Counts brackets outside strings, so that no later walk over the message can exhaust the stack. */
function tooDeep(text: string): boolean {
  if (text.length < MOST_LEVELS) return false;
  let level = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quoted) {
      if (code === BACKSLASH) at += 1;
      else if (code === QUOTE) quoted = false;
    } else if (code === QUOTE) quoted = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      level += 1;
      if (level > MOST_LEVELS) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) level -= 1;
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Keys that change what an object is once somebody copies it; they may be written with escapes. */
function mayHideKeys(text: string): boolean {
  return text.includes('__proto__') || text.includes('"constructor"') || text.includes('\\u00');
}

function withoutPrototypeKeys(key: string, value: unknown): unknown {
  return key === '__proto__' || key === 'constructor' ? undefined : value;
}
