/**
 * Why a CALL is not answered with a result, in the spelling of 2.x. On a 1.6 connection the code is written as 1.6
 * spells it (`FormationViolation`, `OccurenceConstraintViolation`); codes that 1.6 lacks become the nearest one.
 * OCPP-J 1.6 section 4.2.3; OCPP 2.0.1 and 2.1 part 4 section 4.3.
 */
export type ErrorCode =
  /** The action is unknown to the receiver. */
  | 'NotImplemented'
  /** The action is known and not supported, or has the wrong direction. */
  | 'NotSupported'
  | 'InternalError'
  /** The payload is incomplete. */
  | 'ProtocolError'
  | 'SecurityError'
  /** The payload is malformed, or does not have the structure of the action. */
  | 'FormatViolation'
  /** A field holds a value that is not allowed. */
  | 'PropertyConstraintViolation'
  /** A field is missing, or there are too many or too few of it. */
  | 'OccurrenceConstraintViolation'
  /** A field has the wrong type. */
  | 'TypeConstraintViolation'
  | 'GenericError'
  /** 2.x only. */
  | 'MessageTypeNotSupported'
  /** 2.x only: the frame is no RPC message. */
  | 'RpcFrameworkError';

/** What a handler gives back instead of a payload; it becomes a CALLERROR. Made by `callFailure`. */
export class CallFailure {
  readonly code: ErrorCode;
  /** At most 255 characters reach the peer. Names the field and what is wrong with it, never the value. */
  readonly description: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, description: string, details: Readonly<Record<string, unknown>>) {
    this.code = code;
    this.description = description;
    this.details = details;
  }
}

/** An expected refusal: `return callFailure('NotSupported', 'no reservations here')`. */
export function callFailure(
  code: ErrorCode,
  description = '',
  details: Readonly<Record<string, unknown>> = {},
): CallFailure {
  return new CallFailure(code, description, details);
}
