import type { Feedback } from '../dispatch/index.ts';
import type { SessionState, Trigger } from '../sites/index.ts';
import { limitsOf } from './assignment.ts';
import { ExpectedSoc } from './expected-soc.ts';
import { FallenLimits, mayLower } from './fallen-limits.ts';
import { isRefusal, nameOf, Reality } from './feedback.ts';
import { makePlan } from './make-plan.ts';
import { contextPicture, sessionPictures, siteSeries } from './pictures.ts';
import { InputsAhead, readInputs } from './plan-inputs.ts';
import { type PlanOrder, PlanQueue } from './plan-queue.ts';
import type { PlanRecord } from './plan-record.ts';
import { latestNumber, latestPlan, planByNumber, planHistory } from './plan-store.ts';
import type { PlanListener, Planning } from './planning.ts';
import { DEFAULT_PLANNING_POLICY } from './policy.ts';
import { savings } from './savings.ts';
import { learnStay, stayReader } from './stay-store.ts';
import type { PlanningOptions, Surroundings } from './surroundings.ts';

/** Pause before a plan that failed outright (database away) is tried again, ms. */
const RETRY_MS = 10_000;

/** The planning room: subscribes to the inputs, plans, hands over to dispatch. */
export function createPlanning(options: PlanningOptions): Planning {
  return new PlanningLoop({
    ...options,
    policy: { ...DEFAULT_PLANNING_POLICY, ...options.policy },
    stays: stayReader(options.store),
  });
}

class PlanningLoop implements Planning {
  readonly #around: Surroundings;
  readonly #queue: PlanQueue;
  readonly #reality: Reality;
  readonly #socs = new ExpectedSoc();
  readonly #fallen: FallenLimits;
  readonly #ahead: InputsAhead;
  readonly #listeners = new Set<PlanListener>();
  /** Newest plan of each context of this process: what readings are judged by, and what the next plan starts from. */
  readonly #latest = new Map<string, PlanRecord>();
  /** When a context was last planned again because a target refused, so that a stubborn one is no endless loop. */
  readonly #refusedMs = new Map<string, number>();
  /** The newest plan that is being made, by context. */
  readonly #underWay = new Map<string, Promise<PlanRecord | undefined>>();
  /** Minutes between two looks at whose slot begins: every length in use is a multiple of it. */
  #stepMinutes: number;
  #stop: (() => void)[] = [];
  #stopped = false;
  #cancelTick: () => void = () => {};

  constructor(around: Surroundings) {
    this.#around = around;
    this.#stepMinutes = commonStep([around.policy.slotMinutes]);
    this.#reality = new Reality(around);
    this.#ahead = new InputsAhead((contextId) => readInputs(around, contextId), around.clock);
    this.#fallen = new FallenLimits({
      read: async (contextId) => {
        const inputs = await this.#ahead.read(contextId);
        return inputs === undefined || inputs.snapshot.context.shadow
          ? undefined
          : limitsOf(inputs.built, inputs.snapshot);
      },
      tell: (contextId, limits) => around.dispatcher.limit(contextId, limits),
      clock: around.clock,
      activity: around.activity,
      log: around.log,
    });
    this.#queue = new PlanQueue({
      clock: around.clock,
      activity: around.activity,
      coalesceMs: around.policy.coalesceMs,
      concurrency: around.policy.concurrency,
      run: (order) => this.#run(order),
      onDelay: (contextId, causes) => {
        if (![...causes].some(mayLower)) return;
        void around.activity.track(() => this.#fallen.look(contextId));
      },
    });
  }

  async start(): Promise<void> {
    const { sites, clock } = this.#around;
    this.#stop.push(sites.onTrigger((trigger) => this.trigger(trigger)));
    for (const contextId of await sites.busyContexts()) {
      this.#push({ contextId, cause: 'restart', atMs: clock.now() });
    }
    this.#scheduleTick();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelTick();
    this.#fallen.stop();
    for (const end of this.#stop.splice(0)) end();
    await this.#queue.close();
  }

  trigger(trigger: Trigger): void {
    if (trigger.cause === 'meter') void this.#around.activity.track(() => this.#metered(trigger));
    else if (trigger.cause === 'session-stop' && trigger.session) {
      void this.#around.activity.track(() => this.#ended(trigger));
      this.#push(trigger);
    } else if (trigger.cause === 'soc') {
      // Cars that tell their charge tell it with every reading of the meter: what they drew is judged all the same.
      void this.#around.activity.track(async () => {
        await this.#metered(trigger);
        await this.#guarded(async () => {
          const session = await this.#sessionOf(trigger);
          if (session === undefined || this.#socs.isNews(nameOf(session), session)) this.#push(trigger);
        });
      });
    } else this.#push(trigger);
  }

  /** Whatever asks for a plan may have changed what was read for it. */
  #push(trigger: Pick<Trigger, 'contextId' | 'cause' | 'atMs'>): void {
    this.#ahead.drop(trigger.contextId);
    this.#queue.push(trigger);
  }

  feedback(feedback: Feedback): Promise<void> {
    return this.#around.activity.track(() => this.#feedback(feedback));
  }

  async planNow(contextId: string): Promise<PlanRecord | undefined> {
    const triggerMs = this.#around.clock.now();
    this.#ahead.drop(contextId);
    return this.#plan({ contextId, causes: ['slot'], triggerMs });
  }

  /** At hand where this process made it: a plan of hundreds of sessions is long, and screens ask for it all the time. */
  async latest(contextId: string) {
    const { store } = this.#around;
    const known = this.#latest.get(contextId);
    if (known !== undefined && (await latestNumber(store, contextId)) === known.number) return known;
    return latestPlan(store, contextId);
  }

  plan(number: number) {
    return planByNumber(this.#around.store, number);
  }

  history(contextId: string, page: { readonly limit: number; readonly beforeNumber?: number }) {
    return planHistory(this.#around.store, contextId, page);
  }

  sessionPictures(contextId: string) {
    return sessionPictures(this.#around, (id) => this.latest(id), contextId);
  }

  siteSeries(contextId: string, fromMs: number, toMs: number) {
    return siteSeries(this.#around, (id) => this.latest(id), contextId, fromMs, toMs);
  }

  picture(contextId: string, fromMs: number, toMs: number) {
    return contextPicture(this.#around, (id) => this.latest(id), contextId, fromMs, toMs);
  }

  savings(contextId: string, fromMs: number, toMs: number) {
    return savings(this.#around, contextId, fromMs, toMs);
  }

  onPlan(listener: PlanListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #run(order: PlanOrder): Promise<void> {
    try {
      await this.#plan(order);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      this.#around.log.error(
        { contextId: order.contextId, detail },
        'no plan could be made or stored; trying again',
      );
      this.#around.clock.after(RETRY_MS, () => {
        for (const cause of order.causes) {
          this.#push({ contextId: order.contextId, cause, atMs: this.#around.clock.now() });
        }
      });
    }
  }

  /**
   * One at a time per context, also beside the queue: a plan from older inputs that ends later would take back what a newer one ordered.
   */
  async #plan(order: PlanOrder): Promise<PlanRecord | undefined> {
    const { contextId } = order;
    const before = this.#underWay.get(contextId);
    const mine = (async () => {
      await before?.catch(() => {});
      return this.#planAlone(order);
    })();
    this.#underWay.set(contextId, mine);
    try {
      return await mine;
    } finally {
      if (this.#underWay.get(contextId) === mine) this.#underWay.delete(contextId);
    }
  }

  async #planAlone(order: PlanOrder): Promise<PlanRecord | undefined> {
    const last = this.#latest.get(order.contextId);
    this.#fallen.planBegins(order.contextId);
    const fallen = () => this.#fallen.since(order.contextId);
    const inputs = await this.#ahead.take(order.contextId);
    if (inputs === undefined) {
      this.#fallen.forget(order.contextId);
      this.#latest.delete(order.contextId);
      return undefined;
    }
    const record = await makePlan(this.#around, order, inputs, last?.plan, fallen).finally(() =>
      this.#ahead.drop(order.contextId),
    );
    this.#latest.set(order.contextId, record);
    this.#reality.look(record.sessions.map(({ ref }) => ref));
    this.#around.log.info(
      {
        contextId: record.contextId,
        plan: record.number,
        causes: record.causes,
        sessions: record.sessions.length,
        status: record.plan.status,
        solver: record.plan.solver,
        solveMs: Math.round(record.plan.solve_ms),
        ...(record.plan.warm_start ? { startedFrom: last?.number } : {}),
        ...(record.degraded.length > 0 ? { degraded: record.degraded.map((part) => part.code) } : {}),
      },
      sentenceOf(record),
    );
    for (const listener of this.#listeners) listener(record, order.triggerMs);
    return record;
  }

  /** Every slot of every busy context; a context may have slots of its own length. */
  #scheduleTick(): void {
    const { clock } = this.#around;
    const stepMs = this.#stepMinutes * 60_000;
    const nextMs = (Math.floor(clock.now() / stepMs) + 1) * stepMs;
    this.#cancelTick = clock.after(nextMs - clock.now(), () => {
      // The next one is set inside the tracked work: a clock that waits for quiescence must see its timer.
      void this.#around.activity.track(async () => {
        await this.#tick(nextMs);
        if (!this.#stopped) this.#scheduleTick();
      });
    });
  }

  async #tick(atMs: number): Promise<void> {
    const { sites, policy, log, clock } = this.#around;
    try {
      const ownLength = new Map<string, number>();
      for (const context of await sites.contexts()) {
        if (context.statics.slotMinutes) ownLength.set(context.id, context.statics.slotMinutes);
      }
      this.#stepMinutes = commonStep([policy.slotMinutes, ...ownLength.values()]);
      for (const contextId of await sites.busyContexts()) {
        const slotMs = (ownLength.get(contextId) ?? policy.slotMinutes) * 60_000;
        if (atMs % slotMs === 0) this.#push({ contextId, cause: 'slot', atMs: clock.now() });
      }
    } catch (error) {
      log.error({ detail: String(error) }, 'the slot began without a plan; the next slot tries again');
    }
  }

  async #metered(trigger: Trigger): Promise<void> {
    await this.#guarded(async () => {
      const session = await this.#sessionOf(trigger);
      if (session && (await this.#reality.reading(session, this.#latest.get(trigger.contextId)))) {
        this.#push(trigger);
      }
    });
  }

  /** As the trigger brings it: a reading of the meter is judged as it was taken, and costs no reading of the database. */
  async #sessionOf({ session, state }: Trigger): Promise<SessionState | undefined> {
    return state ?? (session && (await this.#around.sites.session(session)));
  }

  async #ended(trigger: Trigger): Promise<void> {
    const key = trigger.session;
    if (key === undefined) return;
    this.#reality.forget(key);
    this.#socs.forget(nameOf(key));
    await this.#guarded(() => this.#around.dispatcher.end(key));
    await this.#guarded(async () => {
      const { sites, store, policy } = this.#around;
      const session = await sites.session(key);
      if (session?.status !== 'COMPLETED') return;
      const timeZone = (await sites.timeZone(session)) ?? policy.timeZone;
      await learnStay(store, session, session.endMs ?? session.lastUpdatedMs, timeZone);
    });
  }

  async #feedback(feedback: Feedback): Promise<void> {
    const { clock, policy, sites } = this.#around;
    if (feedback.kind === 'active') return this.#reality.active(feedback.key, feedback.profile);
    if (feedback.kind === 'answer') {
      this.#reality.look([feedback.key]);
      if (!isRefusal(feedback)) return;
      const slotMs = policy.slotMinutes * 60_000;
      const lastMs = this.#refusedMs.get(feedback.contextId) ?? -Infinity;
      if (clock.now() - lastMs < slotMs) return;
      this.#refusedMs.set(feedback.contextId, clock.now());
      this.#push({ contextId: feedback.contextId, cause: 'station-report', atMs: clock.now() });
    } else if (feedback.kind === 'held-by-others') {
      this.#push({ contextId: feedback.contextId, cause: 'station-report', atMs: clock.now() });
    } else if (feedback.kind === 'peer-up') {
      const contexts = new Set(
        (await sites.liveSessions()).filter((s) => s.peerId === feedback.peerId).map((s) => s.contextId),
      );
      for (const contextId of contexts) {
        this.#push({ contextId, cause: 'station-report', atMs: clock.now() });
      }
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#around.log.error(
        { detail: error instanceof Error ? error.message : String(error) },
        'feedback lost',
      );
    }
  }
}

/** Greatest common divisor, 5 minutes at most, so that a context that is new is seen soon. */
function commonStep(slotMinutes: readonly number[]): number {
  let step = 5;
  for (const minutes of slotMinutes) {
    let [a, b] = [step, minutes];
    while (b > 0) [a, b] = [b, a % b];
    step = a;
  }
  return step;
}

/** What was planned, in one line for a person. */
function sentenceOf({ plan, problem, causes, sessions }: PlanRecord): string {
  const evW = plan.sessions.reduce((sum, session) => sum + (session.power_w[0] ?? 0), 0);
  const money = `${plan.cost.total.toFixed(2)} ${problem.currency ?? ''}`.trim();
  const short = plan.shortfall_wh >= 100 ? `, ${(plan.shortfall_wh / 1000).toFixed(1)} kWh short` : '';
  return (
    `Planned ${sessions.length} session(s) in ${Math.ceil(plan.solve_ms)} ms (${plan.solver}) because of ${causes.join(', ')}: ` +
    `${(evW / 1000).toFixed(1)} kW now, ${money} until the end of the horizon${short}`
  );
}
