/**
 * The steps of an ISO 15118-20 session as a back office notices them: what is exchanged before power flows, the loop, and a
 * pause that is resumed under the same session id. Messages themselves are not built.
 */
export type Iso15118Step =
  | 'SupportedAppProtocol'
  | 'SessionSetup'
  | 'AuthorizationSetup'
  | 'CertificateInstallation'
  | 'Authorization'
  | 'ServiceDiscovery'
  | 'ServiceDetail'
  | 'ServiceSelection'
  | 'ChargeParameterDiscovery'
  | 'ScheduleExchange'
  | 'CableCheck'
  | 'PreCharge'
  | 'PowerDelivery'
  | 'ChargeLoop'
  | 'SessionStop';

export interface SequenceTerms {
  readonly currentType: 'AC' | 'DC';
  readonly installsCertificate?: boolean;
}

/** Steps up to the charge loop, in order. A resumed session selects no service again. */
export function stepsToLoop(terms: SequenceTerms, isResumed = false): readonly Iso15118Step[] {
  return [
    'SupportedAppProtocol',
    'SessionSetup',
    'AuthorizationSetup',
    ...(terms.installsCertificate === true && !isResumed ? (['CertificateInstallation'] as const) : []),
    'Authorization',
    'ServiceDiscovery',
    ...(isResumed ? [] : (['ServiceDetail'] as const)),
    'ServiceSelection',
    'ChargeParameterDiscovery',
    'ScheduleExchange',
    ...(terms.currentType === 'DC' ? (['CableCheck', 'PreCharge'] as const) : []),
    'PowerDelivery',
    'ChargeLoop',
  ];
}

/** A session that can be paused and resumed, and renegotiates while it runs. */
export class Iso15118Session {
  readonly sessionId: string;
  readonly #terms: SequenceTerms;
  #left: Iso15118Step[];
  #isPaused = false;
  #isOver = false;

  constructor(sessionId: string, terms: SequenceTerms) {
    this.sessionId = sessionId;
    this.#terms = terms;
    this.#left = [...stepsToLoop(terms)];
  }

  get step(): Iso15118Step {
    return this.#isOver || this.#isPaused ? 'SessionStop' : (this.#left[0] ?? 'ChargeLoop');
  }

  get mayTakePower(): boolean {
    return this.step === 'ChargeLoop';
  }

  /** The exchange under way is answered; the next one begins. In the loop it stays in the loop. */
  proceed(): Iso15118Step {
    if (this.#left.length > 1) this.#left.shift();
    return this.step;
  }

  /** EVSENotification ScheduleRenegotiation: back to the schedule exchange, power goes on by the old one. */
  renegotiate(): boolean {
    if (!this.mayTakePower) return false;
    this.#left = ['ScheduleExchange', 'PowerDelivery', 'ChargeLoop'];
    return true;
  }

  /** EVSENotification Pause, or the EV's own. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Comes back under the same session id (ExitStandby, wake-up). */
  resume(): void {
    if (!this.#isPaused || this.#isOver) return;
    this.#isPaused = false;
    this.#left = [...stepsToLoop(this.#terms, true)];
  }

  terminate(): void {
    this.#isOver = true;
  }
}
