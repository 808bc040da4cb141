import { ConnectedCar } from '../ev/connected-car.ts';
import { acConnection, type Connection, dcConnection } from '../ev/connection.ts';
import { type DischargeTerms, underSettings } from '../ev/discharge-terms.ts';
import type { DriverSettings } from '../ev/needs.ts';
import type { VehicleModel } from '../ev/vehicle.ts';
import type { MeterReading, MidMeter } from '../meter/mid-meter.ts';
import { cableRatingA } from '../pilot/cable.ts';
import { ControlPilot } from '../pilot/control-pilot.ts';
import { currentOfDuty } from '../pilot/duty.ts';
import { stateName } from '../pilot/state.ts';
import type { EvseOptions } from './evse-options.ts';
import type { MainsState } from './grid-guard.ts';
import type { ChargingState } from './transaction.ts';

/** A car that comes to a plug. */
export interface Arrival {
  readonly vehicle: VehicleModel;
  readonly soc: number;
  readonly maxSoc?: number;
  /** Mains energy the driver wants, Wh; absent = until `maxSoc`. */
  readonly wishWh?: number;
  readonly discharge?: DischargeTerms;
  /** What the driver set in a car that speaks ISO 15118-20. */
  readonly settings?: DriverSettings;
  /** Resistor of the cable's proximity contact, ohms; absent = cable of the station. */
  readonly cableOhm?: number;
}

/** What the station offers an EVSE: A per phase, or W where set points are spoken; undefined = nothing. */
export interface Offer {
  readonly currentA: number;
  /** Signed set point of the mains side; only where `speaksDigital`. */
  readonly targetW?: number;
  readonly phases?: number;
}

const NEVER = Number.POSITIVE_INFINITY;
const PHASE_DEAD_MS = 10_000;

/** A plug: pilot, contactor, meter and the car that hangs on it. */
export class Evse {
  readonly options: EvseOptions;
  readonly meter: MidMeter;
  readonly #nominalV: number;
  #pilot: ControlPilot;
  #car: ConnectedCar | undefined;
  #arrival: Arrival | undefined;
  #atMs: number;
  #offer: Offer | undefined;
  #phases: 1 | 2 | 3;
  #openSinceMs: number;
  #countedImportWh = 0;
  #countedExportWh = 0;
  isAuthorised = false;

  constructor(options: EvseOptions, meter: MidMeter, nominalV: number, atMs: number) {
    if (options.currentType === 'DC' && options.dcCharger === undefined) {
      throw new RangeError(`EVSE ${options.evseId} is DC: give it a dcCharger`);
    }
    this.options = options;
    this.meter = meter;
    this.#nominalV = nominalV;
    this.#atMs = atMs;
    this.#openSinceMs = atMs;
    this.#phases = options.phases;
    this.#pilot = this.#newPilot();
  }

  get car(): ConnectedCar | undefined {
    return this.#car;
  }
  get arrival(): Arrival | undefined {
    return this.#arrival;
  }
  get isClosed(): boolean {
    return this.#pilot.isClosed;
  }
  get hasTripped(): boolean {
    return this.#pilot.hasTripped;
  }
  get hasGivenUpWaking(): boolean {
    return this.#pilot.hasGivenUpWaking;
  }
  get dutyPercent(): number {
    return this.#pilot.dutyPercent;
  }

  /** `A1`, `B2`, `C2`, `F`: the state of the pilot as a technician writes it. */
  get pilotState(): string {
    return stateName(this.#pilot.state, this.#pilot.dutyPercent);
  }

  /** Set points reach this car (ISO 15118 on both sides; DC always). */
  get speaksDigital(): boolean {
    if (this.options.currentType === 'DC') return true;
    return this.options.speaksIso15118 === true && (this.#car?.vehicle.speaks ?? 'IEC 61851') !== 'IEC 61851';
  }

  /** Phases of the mains that the car uses (or would use). */
  get phasesInUse(): number {
    return this.#car?.connection.phases ?? this.#phases;
  }

  /** A per phase that hardware and cable allow. */
  get ratingA(): number {
    const cableA = this.#arrival?.cableOhm === undefined ? NEVER : cableRatingA(this.#arrival.cableOhm);
    return Math.min(this.options.maxCurrentA, cableA);
  }

  get nextMs(): number {
    return Math.min(this.#pilot.nextMs, this.#car?.nextMs ?? NEVER, this.#phaseSwitchMs());
  }

  get isSteady(): boolean {
    return this.#car?.isSteady ?? true;
  }

  /** Mains power now (or up to `nextMs`), W; negative = fed back. */
  powerW(atMs = this.#atMs): number {
    return this.#car?.powerW(atMs) ?? 0;
  }

  /** Highest current per phase it may draw or draws: what the pilot says or the car still takes, A. */
  get mayDrawA(): number {
    const signal = this.#pilot.signal;
    const perA = this.phasesInUse * this.#nominalV;
    const offeredA =
      signal.kind === 'pwm'
        ? currentOfDuty(signal.dutyPercent)
        : signal.kind === 'digital'
          ? signal.targetW / perA
          : 0;
    return Math.max(0, this.#car?.currentA() ?? 0, this.#car === undefined ? 0 : offeredA);
  }

  /** Lines of the supply that it uses. */
  get lines(): readonly [boolean, boolean, boolean] {
    const used = this.#rotation().slice(0, this.phasesInUse);
    return [used.includes(1), used.includes(2), used.includes(3)];
  }

  get chargingState(): ChargingState {
    if (this.#car === undefined) return 'Idle';
    if (!this.isAuthorised) return 'EVConnected';
    if (this.#car.powerW() !== 0) return 'Charging';
    const signal = this.#pilot.signal;
    const isOffering = this.#pilot.isOffering && !(signal.kind === 'digital' && signal.targetW === 0);
    return isOffering ? 'SuspendedEV' : 'SuspendedEVSE';
  }

  plug(arrival: Arrival): void {
    if (this.#car !== undefined) throw new RangeError(`EVSE ${this.options.evseId} is taken`);
    const { vehicle, soc, maxSoc, wishWh, discharge } = arrival;
    this.#arrival = arrival;
    this.#countedImportWh = 0;
    this.#countedExportWh = 0;
    this.#car = new ConnectedCar({
      vehicle,
      connection: this.#connectionOf(vehicle),
      atMs: this.#atMs,
      soc,
      ...(maxSoc === undefined ? {} : { maxSoc }),
      ...(wishWh === undefined ? {} : { wishWh }),
      ...(discharge === undefined ? {} : { discharge: underSettings(discharge, arrival.settings) }),
    });
    this.#settle();
  }

  /** The car leaves; its final state is returned. */
  unplug(): ConnectedCar | undefined {
    const car = this.#car;
    car?.switchTo(false);
    this.#car = undefined;
    this.#arrival = undefined;
    this.#pilot.sense('A', 0);
    this.#phases = this.options.phases;
    return car;
  }

  offer(offer: Offer | undefined): void {
    this.#offer = offer;
    this.#settle();
  }

  /** Mains lost or station off: opens and shows X1 until unblocked. */
  block(isBlocked: boolean): void {
    this.#pilot.block(isBlocked);
    this.#settle();
  }

  clearFault(): void {
    this.#pilot.clearFault();
    this.#settle();
  }

  advanceTo(toMs: number): void {
    do {
      const atMs = Math.min(toMs, Math.max(this.#atMs, this.nextMs));
      this.#car?.advanceTo(atMs);
      this.#count();
      this.#atMs = atMs;
      this.#pilot.advanceTo(atMs);
      if (atMs >= this.#phaseSwitchMs()) this.#switchPhases();
      this.#settle();
    } while (this.#atMs < toMs);
  }

  /** Currents on L1, L2, L3 of the supply, A, at an instant up to `nextMs`. */
  lineCurrentsA(atMs = this.#atMs): [number, number, number] {
    const currents: [number, number, number] = [0, 0, 0];
    const car = this.#car;
    if (car === undefined) return currents;
    const each = car.currentA(atMs);
    if (each === 0) return currents;
    const rotation = this.#rotation();
    for (let k = 0; k < car.connection.phases; k++) currents[rotation[k]! - 1]! += each;
    return currents;
  }

  read(mains: MainsState): MeterReading {
    const car = this.#car;
    const rotation = this.#rotation();
    const phases = car?.connection.phases ?? 0;
    const each = car?.currentA() ?? 0;
    const line = (k: number) => (k < phases ? each : 0);
    const volts = (k: number) => mains.voltageV[rotation[k]! - 1]!;
    return this.meter.read({
      atMs: this.#atMs,
      voltageV: [volts(0), volts(1), volts(2)],
      currentA: [line(0), line(1), line(2)],
      frequencyHz: mains.frequencyHz,
    });
  }

  #newPilot(): ControlPilot {
    const { contactorMs, wakesSleepers } = this.options;
    return new ControlPilot({
      atMs: this.#atMs,
      ...(contactorMs === undefined ? {} : { closeMs: contactorMs }),
      ...(wakesSleepers === undefined ? {} : { wakes: wakesSleepers }),
    });
  }

  #rotation() {
    return this.options.rotation ?? ([1, 2, 3] as const);
  }

  #connectionOf(vehicle: VehicleModel): Connection {
    const voltageV = this.#nominalV;
    if (this.options.dcCharger !== undefined) {
      if (vehicle.dc === undefined) throw new RangeError(`${vehicle.name} has no DC inlet`);
      return dcConnection(vehicle.dc, this.options.dcCharger, { voltageV });
    }
    return acConnection(vehicle.ac, vehicle.behaviour, vehicle.ac.maxDischargeW, {
      phases: this.#phases,
      voltageV,
    });
  }

  #count(): void {
    const car = this.#car;
    if (car === undefined) return;
    this.meter.record({
      importWh: car.importedWh - this.#countedImportWh,
      exportWh: car.exportedWh - this.#countedExportWh,
    });
    this.#countedImportWh = car.importedWh;
    this.#countedExportWh = car.exportedWh;
  }

  /** Pilot and car hear each other until nothing changes any more. */
  #settle(): void {
    this.#pilot.offer(this.#pilotOffer());
    const car = this.#car;
    if (car === undefined) return;
    for (let round = 0; round < 10; round++) {
      const { signal, isClosed } = this.#pilot;
      this.#pilot.sense(car.pilotState, Math.abs(car.currentA()));
      const isStill = this.#heard === this.#pilot.signal && this.#wasClosed === this.#pilot.isClosed;
      if (this.#heard !== this.#pilot.signal || this.#heardBy !== car) {
        this.#heard = this.#pilot.signal;
        this.#heardBy = car;
        car.hear(this.#pilot.signal);
      }
      car.switchTo(this.#pilot.isClosed);
      if (this.#wasClosed && !this.#pilot.isClosed) this.#openSinceMs = this.#atMs;
      this.#wasClosed = this.#pilot.isClosed;
      if (isStill && signal === this.#pilot.signal && isClosed === this.#pilot.isClosed) break;
    }
  }
  #heard: ControlPilot['signal'] | undefined;
  #heardBy: ConnectedCar | undefined;
  #wasClosed = false;

  #pilotOffer() {
    const offer = this.#offer;
    if (offer === undefined || this.#car === undefined || this.#wantedPhases() !== this.#phases)
      return undefined;
    if (this.speaksDigital) {
      const targetW = offer.targetW ?? offer.currentA * this.phasesInUse * this.#nominalV;
      return { targetW };
    }
    return { currentA: offer.currentA };
  }

  #wantedPhases(): 1 | 2 | 3 {
    const asked = this.#offer?.phases;
    if (this.options.switchesPhases !== true || this.options.currentType === 'DC' || asked === undefined) {
      return this.#phases;
    }
    return asked === 1 ? 1 : this.options.phases;
  }

  /** 1 <-> 3 phases: only with an open contactor and 10 s later. */
  #phaseSwitchMs(): number {
    if (this.#car === undefined || this.#wantedPhases() === this.#phases || this.#pilot.isClosed)
      return NEVER;
    return Math.max(this.#openSinceMs + PHASE_DEAD_MS, this.#atMs);
  }

  #switchPhases(): void {
    this.#phases = this.#wantedPhases();
    if (this.#car !== undefined) this.#car.reconnect(this.#connectionOf(this.#car.vehicle));
  }
}
