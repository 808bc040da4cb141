import { hash } from 'node:crypto';
import { initiatorOf, mayInitiate, unansweredAction } from '../messages/index.ts';
import type { Checked, PayloadChecks } from '../schemas/index.ts';
import type { OcppVersion } from '../versions/index.ts';
import type { CallsIn } from './calls-in.ts';
import type { CallsOut } from './calls-out.ts';
import type { Side } from './connection.ts';
import { codeFor, spelled } from './error-code.ts';
import { CallFailure, type ErrorCode } from './failure.ts';
import {
  CALLERROR,
  CALLRESULT,
  CALLRESULTERROR,
  type Frame,
  ID_CHARACTERS,
  SEND,
  UNREADABLE_ID,
} from './frame.ts';
import type { Fault, JournalEntry } from './journal.ts';
import { stringified } from './json.ts';
import { mayBeLarge } from './large-messages.ts';
import { describeProblems, type Problem } from './outcome.ts';
import type { ReplyCache } from './reply-cache.ts';

/** What the reader of a peer's frames needs from its connection. */
export interface Wire {
  readonly version: OcppVersion;
  readonly side: Side;
  readonly strict: boolean;
  readonly frameBytes: number;
  readonly checks: PayloadChecks;
  readonly replies: ReplyCache;
  readonly out: CallsOut;
  readonly in: CallsIn;
  transmit(kind: JournalEntry['kind'], messageId: string, action: string | null, text: string): void;
  fault(
    kind: Fault['kind'],
    messageId: string | null,
    action: string | null,
    what: string,
    problems?: readonly Problem[],
  ): void;
  defect(messageId: string, action: string, what: string, error: unknown): void;
}

/** How a frame came. */
export interface Arrival {
  readonly text: string;
  /** Its size on the wire. */
  readonly bytes: number;
  /** Epoch milliseconds. */
  readonly receivedMs: number;
}

/** Longest description that an error may carry (OCPP-J 1.6 section 4.2.3, 2.x part 4). */
const DESCRIPTION_CHARACTERS = 255;
/** Problems told of one payload: the first ones say enough, and there may be thousands. */
const TOLD_PROBLEMS = 5;

type RequestFrame = Extract<Frame, { type: 'CALL' | 'SEND' }>;
type ResultFrame = Extract<Frame, { type: 'CALLRESULT' }>;
type ErrorFrame = Extract<Frame, { type: 'CALLERROR' | 'CALLRESULTERROR' }>;

/**
 * Their answers hold the time and the state of now. A station that counts its message ids from 1 after every restart sends the same boot,
 * byte by byte, under the same id: on another connection it is another boot.
 */
const ASKS_FOR_NOW: ReadonlySet<string> = new Set(['BootNotification', 'Heartbeat']);

/** Does with each frame of the peer what the version's RPC rules say. Nothing that a peer sends makes it throw. */
export class Incoming {
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  receive(frame: Frame, arrival: Arrival): void {
    switch (frame.type) {
      case 'CALL':
        this.#receivedCall(frame, arrival);
        break;
      case 'SEND':
        this.#receivedSend(frame, arrival);
        break;
      case 'CALLRESULT':
        this.#receivedResult(frame, arrival);
        break;
      case 'CALLERROR':
        this.#receivedError(frame);
        break;
      case 'CALLRESULTERROR':
        this.#receivedResultError(frame);
        break;
      default:
        this.#receivedUnreadable(frame);
    }
  }

  #receivedUnreadable(frame: Extract<Frame, { type: 'unreadable' }>): void {
    this.#wire.fault('malformed', frame.id, null, frame.what);
    if (frame.answer) return;
    if (this.#wire.version === '1.6') {
      // 1.6 has no id for "could not be read", and ignores unknown message types (OCPP-J 1.6 section 4.1.3).
      if (frame.id !== null && !frame.unknownType)
        this.#refuse(frame.id, null, 'RpcFrameworkError', frame.what);
      return;
    }
    const code = frame.unknownType ? 'MessageTypeNotSupported' : 'RpcFrameworkError';
    this.#refuse(frame.id ?? UNREADABLE_ID, null, code, frame.what);
  }

  #receivedCall(frame: RequestFrame, arrival: Arrival): void {
    const { id, action, payload } = frame;
    const { text, bytes, receivedMs } = arrival;
    const content = hash('sha1', text, 'base64');
    const known = this.#wire.replies.recall(id, content);
    if (known.kind === 'answered') {
      this.#wire.fault('repeated-id', id, action, 'the same message again: answered as before');
      this.#transmitAnswer(id, action, known.reply);
      return;
    }
    if (known.kind === 'in-work') {
      this.#wire.fault('repeated-id', id, action, 'the same message again while it is in work');
      known.whenDone((reply) => {
        if (reply === null) this.#receivedCall(frame, arrival);
        else this.#transmitAnswer(id, action, reply);
      });
      return;
    }
    if (known.kind === 'other-message') {
      this.#wire.fault('repeated-id', id, action, 'the id of an earlier message for another one');
      if (this.#wire.strict) {
        this.#refuse(id, action, 'RpcFrameworkError', 'this message id was used before');
        return;
      }
    }
    const refusal = this.#refusalOf(id, action, bytes);
    if (refusal !== null) {
      this.#wire.fault('refused-call', id, action, refusal.description);
      this.#refuse(id, action, refusal.code, refusal.description);
      return;
    }
    const usable = payload === null && !this.#wire.strict ? {} : payload;
    const checked = this.#checkPeer(action, 'request', usable);
    if (checked.problems.length > 0) {
      const description = told(checked.problems);
      this.#wire.fault('refused-call', id, action, description, checked.problems);
      this.#refuse(id, action, codeFor(checked.problems), description);
      return;
    }
    this.#forgiven(id, action, checked);
    const pending = this.#wire.replies.begin(id, content, !ASKS_FOR_NOW.has(action));
    this.#wire.in.add({
      id,
      action,
      payload: usable,
      receivedMs,
      deviations: checked.deviations,
      answer: (answer) => {
        const reply = this.#replyText(id, action, answer);
        pending.answered(reply, isResult(reply));
        this.#transmitAnswer(id, action, reply);
      },
      dropped: () => pending.dropped(),
    });
  }

  /** Why this call is not even looked into, or null. */
  #refusalOf(id: string, action: string, bytes: number): { code: ErrorCode; description: string } | null {
    if (this.#wire.strict && id.length > ID_CHARACTERS) {
      return {
        code: 'RpcFrameworkError',
        description: `a message id has at most ${ID_CHARACTERS} characters`,
      };
    }
    if (initiatorOf(this.#wire.version, action) === null) {
      return { code: 'NotImplemented', description: `OCPP ${this.#wire.version} has no such action` };
    }
    const peer = this.#wire.side === 'csms' ? 'station' : 'csms';
    if (!mayInitiate(this.#wire.version, action, peer)) {
      return { code: 'NotSupported', description: `${action} is not for a ${peer} to call` };
    }
    if (action === unansweredAction) {
      return { code: 'NotSupported', description: `${action} is sent with message type ${SEND}` };
    }
    if (bytes > this.#wire.frameBytes && !mayBeLarge(this.#wire.version, action)) {
      return {
        code: 'FormatViolation',
        description: `${action} of ${bytes} bytes: at most ${this.#wire.frameBytes} are read`,
      };
    }
    return null;
  }

  #receivedSend({ id, action, payload }: RequestFrame, { text, receivedMs }: Arrival): void {
    if (this.#wire.version !== '2.1') {
      this.#receivedUnreadable({
        type: 'unreadable',
        id,
        answer: false,
        unknownType: true,
        what: `message type ${SEND} is not one of OCPP ${this.#wire.version}`,
      });
      return;
    }
    // 2.1 part 4: the receiver SHALL NOT respond, not with an error either.
    if (action !== unansweredAction || this.#wire.side !== 'csms') {
      this.#wire.fault('malformed', id, action, `message type ${SEND} is not for this action`);
      return;
    }
    const content = hash('sha1', text, 'base64');
    if (this.#wire.replies.recall(id, content).kind !== 'new') {
      this.#wire.fault('repeated-id', id, action, 'the same message again: dropped');
      return;
    }
    const checked = this.#checkPeer(action, 'request', payload);
    if (checked.problems.length > 0) {
      this.#wire.fault('malformed', id, action, told(checked.problems), checked.problems);
      return;
    }
    this.#forgiven(id, action, checked);
    const pending = this.#wire.replies.begin(id, content);
    this.#wire.in.add({
      id,
      action,
      payload,
      receivedMs,
      deviations: checked.deviations,
      answer: () => pending.answered('', true),
      dropped: () => pending.dropped(),
    });
  }

  #receivedResult({ id, payload }: ResultFrame, { bytes }: Arrival): void {
    const call = this.#wire.out.inFlight(id);
    if (call === null) {
      this.#wire.fault('unmatched-answer', id, null, 'CALLRESULT without a call in flight');
      return;
    }
    const usable = payload === null && !this.#wire.strict ? {} : payload;
    const tooLarge = bytes > this.#wire.frameBytes && !mayBeLarge(this.#wire.version, call.action);
    const checked: Checked = tooLarge
      ? {
          problems: [
            { field: '', what: `must have at most ${this.#wire.frameBytes} bytes`, rule: 'maxLength' },
          ],
          deviations: [],
        }
      : this.#checkPeer(call.action, 'response', usable);
    if (checked.problems.length === 0) {
      this.#forgiven(id, call.action, checked);
      this.#wire.out.settle(call, { kind: 'result', payload: usable, deviations: checked.deviations });
      return;
    }
    const description = told(checked.problems);
    this.#wire.fault('bad-answer', id, call.action, description, checked.problems);
    if (this.#wire.version === '2.1') {
      const code = spelled(codeFor(checked.problems), this.#wire.version);
      const error = JSON.stringify([CALLRESULTERROR, id, code, description, {}]);
      this.#wire.transmit('CALLRESULTERROR', id, call.action, error);
    }
    this.#wire.out.settle(call, { kind: 'bad-answer', payload: usable, problems: checked.problems });
  }

  #receivedError({ id, code, description, details }: ErrorFrame): void {
    const call = this.#wire.out.inFlight(id);
    if (call === null) {
      this.#wire.fault(
        'unmatched-answer',
        id,
        null,
        `CALLERROR ${code.slice(0, 50)} without a call in flight`,
      );
      return;
    }
    this.#wire.out.settle(call, { kind: 'error', code, description, details });
  }

  #receivedResultError(frame: ErrorFrame): void {
    if (this.#wire.version === '2.1') {
      this.#wire.fault('answer-refused', frame.id, null, `${frame.code}: ${frame.description}`.slice(0, 300));
      return;
    }
    this.#receivedUnreadable({
      type: 'unreadable',
      id: frame.id,
      answer: false,
      unknownType: true,
      what: `message type ${CALLRESULTERROR} is not one of OCPP ${this.#wire.version}`,
    });
  }

  #checkPeer(action: string, kind: 'request' | 'response', payload: unknown): Checked {
    return this.#wire.strict
      ? this.#wire.checks.strictly(action, kind, payload)
      : this.#wire.checks.tolerantly(action, kind, payload);
  }

  #forgiven(id: string, action: string, { deviations }: Checked): void {
    if (deviations.length > 0) this.#wire.fault('forgiven', id, action, told(deviations), deviations);
  }

  /** The answer as text; what our own side got wrong is a defect and becomes InternalError. */
  #replyText(id: string, action: string, answer: unknown): string {
    if (answer instanceof CallFailure)
      return this.#errorText(id, answer.code, answer.description, answer.details);
    const { problems } = this.#wire.checks.strictly(action, 'response', answer);
    const text = problems.length === 0 ? stringified([CALLRESULT, id, answer]) : null;
    if (text !== null) return text;
    this.#wire.defect(id, action, `our answer breaks its schema: ${told(problems)}`, null);
    return this.#errorText(id, 'InternalError', 'the message could not be processed', {});
  }

  #errorText(
    id: string,
    code: ErrorCode,
    description: string,
    details: Readonly<Record<string, unknown>>,
  ): string {
    const written = spelled(code, this.#wire.version);
    const text = description.slice(0, DESCRIPTION_CHARACTERS);
    return (
      stringified([CALLERROR, id, written, text, details]) ??
      JSON.stringify([CALLERROR, id, written, text, {}])
    );
  }

  #refuse(id: string, action: string | null, code: ErrorCode, description: string): void {
    this.#transmitAnswer(id, action, this.#errorText(id, code, description, {}));
  }

  #transmitAnswer(id: string, action: string | null, text: string): void {
    this.#wire.transmit(isResult(text) ? 'CALLRESULT' : 'CALLERROR', id, action, text);
  }
}

function isResult(reply: string): boolean {
  return reply.startsWith(`[${CALLRESULT},`);
}

function told(problems: readonly Problem[]): string {
  const more = problems.length - TOLD_PROBLEMS;
  const text = describeProblems(problems.slice(0, TOLD_PROBLEMS));
  return more > 0 ? `${text}; and ${more} more` : text;
}
