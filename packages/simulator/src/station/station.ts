import { type EnergyRequest, energyRequest } from '../ev/needs.ts';
import { type MeterReading, MidMeter } from '../meter/mid-meter.ts';
import { MeterSigner } from '../meter/signed-value.ts';
import { Boot } from './boot.ts';
import { type Arrival, Evse } from './evse.ts';
import { evseFacts } from './evse-facts.ts';
import { GridGuard, type MainsState } from './grid-guard.ts';
import { type Indicator, indicatorOf } from './indicator.ts';
import type { TransactionJournal } from './journal.ts';
import { letCarChoose } from './own-schedule.ts';
import type { Refusal } from './profiles/accept.ts';
import { type Composite, type CompositeRequest, composite } from './profiles/composite.ts';
import { nextChangeMs } from './profiles/next-change.ts';
import type { Installed, OperationMode, PeriodValues, StationFacts } from './profiles/profile.ts';
import { type ClearFilter, ProfileStore } from './profiles/profile-store.ts';
import { nextPullMs, pullsDue } from './pulls.ts';
import { Regulator } from './regulator.ts';
import type { ConnectorStatus, StationEvent } from './station-event.ts';
import type { StationOptions } from './station-options.ts';
import { ToldStates } from './told-states.ts';
import type { ChargingState, StopReason, Transaction, TransactionTrigger } from './transaction.ts';
import { type Authorisation, type TransactionHost, TransactionLife } from './transaction-life.ts';

export type { Indicator } from './indicator.ts';
export type { Authorisation } from './transaction-life.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** Things due at one instant are done one after the other; more than this many in a row is a defect. */
const MOST_ROUNDS = 100;
/** With limitAtSoC in force the state of charge is looked at this often. */
const SOC_STEP_MS = 30_000;

/**
 * A charging station without a protocol: plugs, meters, fuse, profiles it judges and carries out by itself, transactions and
 * what it owes to tell about them. Everything acts at the station's own time: advance it first (`OnClock` does that on a
 * clock), then act. `nextMs` names the next instant at which it does something by itself.
 */
export class Station {
  readonly options: StationOptions;
  readonly guard = new GridGuard();
  readonly #profiles: ProfileStore;
  readonly #evses: readonly Evse[];
  readonly #regulator: Regulator;
  readonly #signers = new Map<number, MeterSigner>();
  readonly #life: TransactionLife;
  readonly #told = new ToldStates();
  readonly #boot: Boot;
  readonly #unavailable = new Set<number>();
  readonly #listeners: ((event: StationEvent) => void)[] = [];
  /** Called when somebody acted on the station from outside, so that whoever keeps it looks at `nextMs` again. */
  onTouched: () => void = () => {};
  #atMs: number;
  #offlineSinceMs: number | undefined;
  #afrrSignal: number | undefined;
  #changeMs = NEVER;
  #pullMs = NEVER;
  #isDirty = true;

  constructor(options: StationOptions) {
    this.options = options;
    this.#atMs = options.startMs;
    this.#boot = new Boot(options.bootS);
    this.#life = new TransactionLife(this.#transactionHost());
    this.#profiles = new ProfileStore(options.limits);
    const nominalV = options.nominalVoltageV ?? 230;
    const random = options.random.stream(`station ${options.id}`);
    this.#evses = options.evses.map((evse) => {
      const serial = `${options.id}-${evse.evseId}`;
      const meter = new MidMeter({ serial, random, maxError: options.meterError ?? 0.005 });
      if (options.signsReadings === true) this.#signers.set(evse.evseId, new MeterSigner(serial, random));
      return new Evse(evse, meter, nominalV, options.startMs);
    });
    this.#regulator = new Regulator(options, this.#evses, this.guard);
  }

  get atMs(): number {
    return this.#atMs;
  }
  /** What transactions owe to the back office: take the first, send it, confirm it. */
  get journal(): TransactionJournal {
    return this.#life.book.journal;
  }
  get isOnline(): boolean {
    return this.#offlineSinceMs === undefined;
  }
  get isInService(): boolean {
    return this.#boot.isUp;
  }
  get evses(): readonly Evse[] {
    return this.#evses;
  }
  get installed(): readonly Installed[] {
    return this.#profiles.all;
  }

  /** When the station does something by itself next, epoch ms; Infinity = never. */
  get nextMs(): number {
    let next = Math.min(this.#changeMs, this.#regulator.againMs, this.#pullMs, this.#boot.untilMs);
    next = Math.min(next, this.#life.nextMs);
    for (const evse of this.#evses) next = Math.min(next, evse.nextMs);
    return Math.max(next, this.#atMs);
  }

  /** Its power does not change before `nextMs`. */
  get isSteady(): boolean {
    return this.#evses.every((evse) => evse.isSteady);
  }

  /** Called at every event, in order; returns what takes the listener away. */
  onEvent(listener: (event: StationEvent) => void): () => void {
    this.#listeners.push(listener);
    return () => {
      this.#listeners.splice(this.#listeners.indexOf(listener), 1);
    };
  }

  /** Lets time pass. */
  advanceTo(toMs: number): void {
    let stillFor = 0;
    while (this.#atMs < toMs || this.#isDirty || this.nextMs <= toMs) {
      const atMs = this.#isDirty ? this.#atMs : Math.max(this.#atMs, Math.min(toMs, this.nextMs));
      stillFor = atMs === this.#atMs ? stillFor + 1 : 0;
      if (stillFor > MOST_ROUNDS)
        throw new Error(`station ${this.options.id} does not come to rest at ${atMs}`);
      for (const evse of this.#evses) evse.advanceTo(atMs);
      this.#atMs = atMs;
      this.#doDue();
      this.#update();
    }
  }

  /** Currents on the lines of its supply, A, at an instant up to `nextMs`. */
  lineCurrentsA(atMs = this.#atMs): [number, number, number] {
    const sum: [number, number, number] = [0, 0, 0];
    for (const evse of this.#evses) {
      const currents = evse.lineCurrentsA(atMs);
      for (let k = 0; k < 3; k++) sum[k]! += currents[k]!;
    }
    return sum;
  }

  powerW(atMs = this.#atMs): number {
    return this.#evses.reduce((sum, evse) => sum + evse.powerW(atMs), 0);
  }

  evse(evseId: number): Evse {
    const found = this.#evses.find((evse) => evse.options.evseId === evseId);
    if (found === undefined) throw new RangeError(`station ${this.options.id} has no EVSE ${evseId}`);
    return found;
  }

  /** A car comes. */
  plug(evseId: number, arrival: Arrival): void {
    const evse = this.evse(evseId);
    evse.plug(arrival);
    evse.block(!this.#hasMains() || !this.isInService);
    this.#life.plugged(evse);
    this.#touch();
  }

  /** The car leaves; a running transaction ends. */
  unplug(evseId: number): void {
    const evse = this.evse(evseId);
    evse.car?.switchTo(false);
    // Without power it sees nothing: the transaction is ended when it is back.
    if (this.isInService) this.#life.end(evse, { reason: 'EVDisconnected', trigger: 'EVCommunicationLost' });
    evse.unplug();
    evse.isAuthorised = false;
    this.#life.unplugged(evseId);
    this.#touch();
  }

  /** An authorisation that was accepted (front end and back office have seen to that). */
  authorise(evseId: number, authorisation: Authorisation): void {
    this.#life.authorise(this.evse(evseId), authorisation);
    this.#touch();
  }

  /** Ends charging: current goes to 0, then the transaction ends; the car may stay. False = no transaction runs there. */
  stop(evseId: number, reason: StopReason, trigger: TransactionTrigger): boolean {
    const running = this.#life.book.at(evseId);
    if (running === undefined) return false;
    running.stopping ??= { reason, trigger };
    this.evse(evseId).isAuthorised = false;
    this.#touch();
    return true;
  }

  transaction(evseId: number): Transaction | undefined {
    return this.#life.book.at(evseId)?.transaction;
  }

  /** A 1.6 back office gives the transaction its number; journal and TxProfiles follow. */
  renameTransaction(evseId: number, id: string): void {
    const before = this.#life.book.rename(evseId, id);
    if (before === undefined) return;
    this.#profiles.renameTransaction(before, id);
    this.#touch();
  }

  /** UsePriorityCharging or the driver's own wish. */
  setPriority(evseId: number, hasPriority: boolean): 'Accepted' | 'NoProfile' | 'TxNotFound' {
    const running = this.#life.book.at(evseId);
    if (running === undefined) return 'TxNotFound';
    const hasProfile = this.installed.some(
      ({ profile, evseId: at }) =>
        profile.chargingProfilePurpose === 'PriorityCharging' && (at === 0 || at === evseId),
    );
    if (!hasProfile) return 'NoProfile';
    running.transaction.hasPriority = hasPriority;
    this.#touch();
    return 'Accepted';
  }

  install(incoming: Installed): Refusal | undefined {
    const refusal = this.#profiles.install(incoming, this.facts().evses, this.#atMs);
    if (refusal !== undefined) return refusal;
    this.#touch();
    if (incoming.profile.chargingProfilePurpose !== 'TxProfile') return undefined;
    const { evseId } = incoming;
    const periods = letCarChoose(this.evse(evseId), this.#atMs, (request) => this.composite(request));
    if (periods === undefined) return undefined;
    this.#tell({ kind: 'ev-schedule', atMs: this.#stampMs, evseId, periods });
    this.#touch();
    return undefined;
  }

  clear(filter: ClearFilter): number {
    const count = this.#profiles.clear(filter);
    if (count > 0) this.#touch();
    return count;
  }

  updateDynamic(profileId: number, values: PeriodValues): Refusal | undefined {
    const refusal = this.#profiles.update(profileId, values, this.#atMs);
    if (refusal === undefined) this.#touch();
    return refusal;
  }

  /** A limit, set point or local generation from an energy manager on site (not from the back office). */
  installLocally(incoming: Installed): void {
    this.#profiles.installLocally(incoming, this.#atMs);
    this.#tellLimit(incoming, false);
    this.#touch();
  }

  clearLocally(profileId: number): boolean {
    const found = this.installed.find(({ profile }) => profile.id === profileId);
    if (found === undefined || !this.#profiles.removeLocally(profileId)) return false;
    this.#tellLimit(found, true);
    this.#touch();
    return true;
  }

  /** GetCompositeSchedule as this station sees it, from now or a later instant on. */
  composite(request: CompositeRequest): Composite {
    const facts = this.facts();
    const skipTo = (second: number) => {
      const atMs = request.startMs + second * 1000;
      const next = nextChangeMs(this.installed, facts, atMs, request.startMs);
      return Math.max(second + 1, Math.ceil((next - request.startMs) / 1000));
    };
    return composite(this.installed, facts, request, skipTo);
  }

  /** What the station knows besides its profiles when it decides what holds. */
  facts(): StationFacts {
    const { nominalVoltageV = 230, timeZone = 'UTC', limits, setpointPriority } = this.options;
    return {
      version: limits.version,
      nominalVoltageV,
      timeZone,
      evses: this.#evses.map((evse) =>
        evseFacts(evse, this.#life.book.at(evse.options.evseId)?.transaction, this.installed),
      ),
      frequencyHz: this.guard.mains.frequencyHz,
      ...(this.#afrrSignal === undefined ? {} : { afrrSignal: this.#afrrSignal }),
      ...(this.#offlineSinceMs === undefined ? {} : { offlineSinceMs: this.#offlineSinceMs }),
      ...(setpointPriority === undefined ? {} : { setpointPriority }),
    };
  }

  read(evseId: number): MeterReading {
    return this.evse(evseId).read(this.guard.mains);
  }

  signedReading(evseId: number, kind: 'B' | 'C' | 'E'): string | undefined {
    const { importWh, exportWh } = this.evse(evseId).meter;
    const idToken = this.#life.book.at(evseId)?.transaction.idToken ?? '';
    return this.#signers.get(evseId)?.sign({ atMs: this.#stampMs, kind, importWh, exportWh, idToken });
  }

  publicKey(evseId: number): string | undefined {
    return this.#signers.get(evseId)?.publicKey;
  }

  /** What an ISO 15118 car at this EVSE asks for now. */
  energyRequest(evseId: number): EnergyRequest | undefined {
    const { car, arrival, speaksDigital } = this.evse(evseId);
    if (car === undefined || arrival?.settings === undefined || !speaksDigital) return undefined;
    return energyRequest(car, arrival.settings, this.#atMs);
  }

  chargingState(evseId: number): ChargingState {
    return this.evse(evseId).chargingState;
  }

  operationMode(evseId: number): OperationMode {
    return this.#regulator.modeOf(this.evse(evseId));
  }

  /** A per phase granted to the EVSE now. */
  grantedA(evseId: number): number {
    return this.#regulator.grantedA(this.evse(evseId));
  }

  indicator(evseId: number): Indicator {
    return indicatorOf(this.evse(evseId), this.isInService, this.status(evseId));
  }

  status(evseId: number): ConnectorStatus {
    const evse = this.evse(evseId);
    if (!this.isInService || this.#unavailable.has(evseId)) return 'Unavailable';
    if (evse.hasTripped || evse.car?.pilotState === 'E' || !this.#hasMains()) return 'Faulted';
    return evse.car === undefined ? 'Available' : 'Occupied';
  }

  /** ChangeAvailability. */
  setAvailable(evseId: number, isAvailable: boolean): void {
    if (isAvailable) this.#unavailable.delete(evseId);
    else this.#unavailable.add(evseId);
    this.#touch();
  }

  /** The connection to the back office came or went; profiles go on, messages wait in the journal. */
  setOnline(isOnline: boolean): void {
    if (isOnline === this.isOnline) return;
    if (this.#offlineSinceMs !== undefined) {
      this.#profiles.reconnected((this.#atMs - this.#offlineSinceMs) / 1000);
    }
    this.#offlineSinceMs = isOnline ? undefined : this.#atMs;
    this.#touch();
  }

  setSampleInterval(seconds: number): void {
    this.#life.book.setSampleInterval(seconds, this.#atMs);
  }

  /** AFRRSignal: false when no period in force has a curve for it (NoSignalWattCurve). */
  afrr(signal: number): void {
    this.#afrrSignal = signal;
    this.#touch();
  }

  /** Voltage or frequency of the mains changed. Out of band nothing is fed in; without mains every contactor opens. */
  senseMains(mains: MainsState): void {
    const hadMains = this.#hasMains();
    this.guard.sense(mains, this.#atMs);
    for (const evse of this.#evses) {
      evse.block(!this.#hasMains() || !this.isInService);
      if (!this.guard.isInBand) evse.car?.ceaseFeedIn();
    }
    if (hadMains !== this.#hasMains()) {
      for (const { options } of this.#evses) {
        const code = hadMains ? 'MainsLost' : 'MainsBack';
        this.#tell({ kind: 'fault', atMs: this.#stampMs, evseId: options.evseId, code });
      }
    }
    this.#touch();
  }

  /** Everything goes dark: no connection, no current; registers, journal and installed profiles are kept. */
  cutPower(): void {
    this.#boot.cutPower();
    this.setOnline(false);
    for (const evse of this.#evses) evse.block(true);
    this.#touch();
  }

  restorePower(): void {
    this.#boot.restorePower();
    this.#start('PowerUp');
  }

  /** Reset by the back office: transactions end, then the station boots. */
  reset(): void {
    for (const evse of this.#evses) {
      evse.block(true);
      this.#life.end(evse, { reason: 'Reboot', trigger: 'ResetCommand' });
      evse.isAuthorised = false;
    }
    this.#start('RemoteReset');
  }

  clearFault(evseId: number): void {
    this.evse(evseId).clearFault();
    this.#touch();
  }

  #hasMains(): boolean {
    return !this.guard.areMainsLost;
  }

  #start(reason: 'PowerUp' | 'RemoteReset'): void {
    this.#boot.begin(reason, this.#atMs);
    this.#profiles.restart();
    this.#touch();
  }

  /** What transactions see of the station: always as it is. */
  #transactionHost(): TransactionHost {
    const station = this;
    return {
      options: this.options,
      get atMs() {
        return station.#atMs;
      },
      get stampMs() {
        return station.#stampMs;
      },
      get isOnline() {
        return station.isOnline;
      },
      get isInService() {
        return station.isInService;
      },
      evse: (evseId) => this.evse(evseId),
      read: (evseId) => this.read(evseId),
      signedReading: (evseId, kind) => this.signedReading(evseId, kind),
      energyRequest: (evseId) => this.energyRequest(evseId),
      tell: (event) => this.#tell(event),
      ended: (evseId) => {
        this.#profiles.endTransaction(evseId);
        this.#isDirty = true;
      },
    };
  }

  /** Something changed: what holds is worked out anew at this instant. */
  #touch(): void {
    this.#isDirty = true;
    this.#update();
    this.onTouched();
  }

  /** Whole milliseconds for what is told; inside, events lie between them. */
  get #stampMs(): number {
    return Math.ceil(this.#atMs);
  }

  #doDue(): void {
    const now = this.#atMs;
    if (now >= this.#boot.untilMs) this.#finishBoot();
    this.#life.doDue();
    if (now >= this.#pullMs) this.#pull();
  }

  #finishBoot(): void {
    const reason = this.#boot.finish();
    for (const evse of this.#evses) {
      evse.block(!this.#hasMains());
      if (this.options.afterPowerLoss !== 'resume' || evse.car === undefined) {
        this.#life.end(evse, { reason: 'PowerLoss', trigger: 'AbnormalCondition' });
        evse.isAuthorised = false;
      }
    }
    this.#isDirty = true;
    this.#tell({ kind: 'booted', atMs: this.#stampMs, reason });
  }

  #pull(): void {
    for (const profileId of pullsDue(this.installed, this.#atMs)) {
      this.#tell({ kind: 'pull-due', atMs: this.#stampMs, profileId });
    }
    this.#pullMs = nextPullMs(this.installed, this.#atMs);
  }

  /** Brings offers and told states in line with what is true now. */
  #update(): void {
    for (let round = 0; round < 4; round++) {
      if (this.#isDirty || this.#atMs >= this.#changeMs || this.#atMs >= this.#regulator.againMs) {
        this.#regulate();
      }
      this.#watch();
      if (!this.#isDirty) break;
    }
  }

  #regulate(): void {
    this.#isDirty = false;
    const facts = this.facts();
    this.#regulator.setTime(this.#atMs);
    this.#regulator.regulate(this.isInService ? this.installed : [], facts, this.#atMs);
    this.#changeMs = nextChangeMs(this.installed, facts, this.#atMs, this.#atMs);
    const looksAtSoc = this.installed.some(
      ({ profile }) => profile.chargingSchedule[0]?.limitAtSoC !== undefined,
    );
    if (looksAtSoc && !this.#life.book.isEmpty)
      this.#changeMs = Math.min(this.#changeMs, this.#atMs + SOC_STEP_MS);
    this.#pullMs = nextPullMs(this.installed, this.#atMs);
  }

  #watch(): void {
    for (const evse of this.#evses) {
      const { evseId } = evse.options;
      const running = this.#life.book.at(evseId);
      if (running?.stopping !== undefined && evse.powerW() === 0) this.#life.end(evse, running.stopping);
      const changed = this.#told.look(evse, this.status(evseId), this.#regulator.modeOf(evse), this.#stampMs);
      if (changed.hasOtherPhases) this.#isDirty = true;
      for (const event of changed.events) this.#tell(event);
      if (changed.hasBroken) {
        this.stop(evseId, evse.hasTripped ? 'OvercurrentFault' : 'Other', 'AbnormalCondition');
      }
      const current = this.#life.book.at(evseId)?.transaction;
      if (current === undefined || !this.isInService) continue;
      const state = evse.chargingState;
      if (state !== current.lastState) {
        current.lastState = state;
        this.#life.report(current, 'Updated', 'ChargingStateChanged');
      }
      if (changed.mode !== undefined) {
        this.#tell({ kind: 'operation-mode', atMs: this.#stampMs, evseId, mode: changed.mode });
        this.#life.report(current, 'Updated', 'OperationModeChanged');
      }
    }
  }

  #tellLimit({ evseId, profile }: Installed, isCleared: boolean): void {
    this.#tell({
      kind: 'charging-limit',
      atMs: this.#stampMs,
      evseId,
      profileId: profile.id,
      isLocalGeneration: profile.chargingProfilePurpose === 'LocalGeneration',
      isCleared,
    });
  }

  #tell(event: StationEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
