import type { Call as Call16 } from 'typed-ocpp/dist/ocpp16/call.js';
import type { CallResultTypesByAction as Results16 } from 'typed-ocpp/dist/ocpp16/callresult.js';
import type { Action as Action16 } from 'typed-ocpp/dist/ocpp16/utils.js';
import type { Call as Call201 } from 'typed-ocpp/dist/ocpp20/call.js';
import type { CallResultTypesByAction as Results201 } from 'typed-ocpp/dist/ocpp20/callresult.js';
import type { Action as Action201 } from 'typed-ocpp/dist/ocpp20/utils.js';
import type { Call as Call21 } from 'typed-ocpp/dist/ocpp21/call.js';
import type { CallResultTypesByAction as Results21 } from 'typed-ocpp/dist/ocpp21/callresult.js';
import type { Action as Action21 } from 'typed-ocpp/dist/ocpp21/utils.js';
import type { OcppVersion } from '../versions/index.ts';

/** Request payloads by action, taken from the union of calls that typed-ocpp generates. */
type RequestsIn<C extends readonly [unknown, unknown, string, unknown]> = {
  [Message in C as `${Message[2]}`]: Message[3];
};

interface Requests {
  '1.6': RequestsIn<Call16>;
  '2.0.1': RequestsIn<Call201>;
  '2.1': RequestsIn<Call21>;
}

interface Responses {
  '1.6': { [A in Action16 as `${A}`]: Results16[A][2] };
  '2.0.1': { [A in Action201 as `${A}`]: Results201[A][2] };
  '2.1': { [A in Action21 as `${A}`]: A extends keyof Results21 ? Results21[A][2] : never };
}

/** Every action name of a version, the unanswered one of 2.1 included. */
export type KnownAction<V extends OcppVersion> = keyof Requests[V] & string;

/** The payload of a CALL, e.g. `Request<'1.6', 'SetChargingProfile'>`. Units and ranges are those of the OCPP text. */
export type Request<V extends OcppVersion, A> = A extends keyof Requests[V] ? Requests[V][A] : never;

/** The payload of a CALLRESULT, e.g. `Response<'2.1', 'Authorize'>`. */
export type Response<V extends OcppVersion, A> = A extends keyof Responses[V] ? Responses[V][A] : never;
